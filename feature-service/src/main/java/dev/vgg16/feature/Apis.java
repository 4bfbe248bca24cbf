package dev.vgg16.feature;

import dev.vgg16.feature.api.FeatureApi;
import dev.vgg16.feature.api.MethodTelemetry;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.oip.InferenceApi;
import dev.vgg16.feature.pipeline.ImageMetrics;
import dev.vgg16.feature.relay.HeadClient;
import dev.vgg16.oip.GRPCInferenceServiceGrpc;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.GetBackboneResponse;
import io.opentelemetry.api.trace.Tracer;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The APIs of the gRPC port, with what they have in common.
 *
 * @param streamWindow items that a stream may have unanswered
 */
record Apis(
    ImageReader reader,
    Jobs jobs,
    GetBackboneResponse backbone,
    OpenStreams openStreams,
    int streamWindow,
    ImageMetrics metrics,
    Optional<Tracer> tracer) {

  FeatureApi features() {
    return new FeatureApi(
        reader,
        jobs.submit(),
        jobs.removeCancelled(),
        backbone,
        openStreams,
        streamWindow,
        metrics,
        tracer);
  }

  /**
   * @param ready whether the server is SERVING
   */
  InferenceApi inference(String version, BooleanSupplier ready, HeadClient heads) {
    return new InferenceApi(
        version,
        ready,
        backbone,
        heads::list,
        new InferenceApi.Images(reader, jobs.submit(), jobs.removeCancelled()),
        openStreams,
        streamWindow,
        MethodTelemetry.of(GRPCInferenceServiceGrpc.getModelInferMethod(), metrics, tracer));
  }
}
