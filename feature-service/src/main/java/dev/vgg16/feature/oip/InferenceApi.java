package dev.vgg16.feature.oip;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.feature.api.MethodTelemetry;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.oip.GRPCInferenceServiceGrpc;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelMetadataRequest;
import dev.vgg16.oip.ModelMetadataResponse;
import dev.vgg16.oip.ModelReadyRequest;
import dev.vgg16.oip.ModelReadyResponse;
import dev.vgg16.oip.ModelStatisticsRequest;
import dev.vgg16.oip.ModelStatisticsResponse;
import dev.vgg16.oip.ModelStreamInferResponse;
import dev.vgg16.oip.RepositoryIndexRequest;
import dev.vgg16.oip.RepositoryIndexResponse;
import dev.vgg16.oip.ServerLiveRequest;
import dev.vgg16.oip.ServerLiveResponse;
import dev.vgg16.oip.ServerMetadataRequest;
import dev.vgg16.oip.ServerMetadataResponse;
import dev.vgg16.oip.ServerReadyRequest;
import dev.vgg16.oip.ServerReadyResponse;
import dev.vgg16.service.contract.DecodedRequest;
import dev.vgg16.service.contract.LimitedService;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.ListHeadsResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The RPCs of the Open Inference Protocol. Each method returns at once. */
public final class InferenceApi implements BindableService {

  private final ServerMetadataResponse server;
  private final BooleanSupplier ready;
  private final ServedModels models;
  private final InferenceStatistics statistics;
  private final ModelInference inference;
  private final Consumer<FlowKey> removeCancelled;
  private final OpenStreams openStreams;
  private final int streamWindow;

  /**
   * Where images go.
   *
   * @param submit accepts a job, or throws the reason for a refusal
   * @param removeCancelled drops the jobs of a cancelled call
   */
  public record Images(
      ImageReader reader, Consumer<ImageJob> submit, Consumer<FlowKey> removeCancelled) {}

  /**
   * @param version of the service
   * @param ready whether the server is SERVING
   * @param backbone the answer of GetBackbone
   * @param heads asks for the heads that are loaded
   * @param streamWindow requests that a stream may have unanswered
   * @param telemetry of each image of a request
   */
  public InferenceApi(
      String version,
      BooleanSupplier ready,
      GetBackboneResponse backbone,
      Supplier<ListenableFuture<ListHeadsResponse>> heads,
      Images images,
      OpenStreams openStreams,
      int streamWindow,
      MethodTelemetry telemetry) {
    this.server =
        ServerMetadataResponse.newBuilder()
            .setName("vgg16-serving")
            .setVersion(version)
            .addExtensions("classification")
            .addExtensions("statistics")
            .build();
    this.ready = ready;
    this.models = new ServedModels(backbone, new CachedHeads(heads, Ticker.systemTicker()));
    this.statistics = new InferenceStatistics(InstantSource.system());
    this.inference =
        new ModelInference(
            images,
            new InferInputs(backbone.getInputShapeList()),
            models,
            backbone.getOutputShapeList(),
            statistics,
            telemetry);
    this.removeCancelled = images.removeCancelled();
    this.openStreams = openStreams;
    this.streamWindow = streamWindow;
  }

  /** The most bytes of a request whose images are pixels. */
  public static int maxRequestBytes(GetBackboneResponse backbone) {
    return new InferInputs(backbone.getInputShapeList()).maxRequestBytes();
  }

  @Override
  public ServerServiceDefinition bindService() {
    return LimitedService.of(GRPCInferenceServiceGrpc.getServiceDescriptor())
        .unary(GRPCInferenceServiceGrpc.getServerLiveMethod(), this::serverLive)
        .unary(GRPCInferenceServiceGrpc.getServerReadyMethod(), this::serverReady)
        .unary(GRPCInferenceServiceGrpc.getModelReadyMethod(), this::modelReady)
        .unary(GRPCInferenceServiceGrpc.getServerMetadataMethod(), this::serverMetadata)
        .unary(GRPCInferenceServiceGrpc.getModelMetadataMethod(), this::modelMetadata)
        .unary(GRPCInferenceServiceGrpc.getModelInferMethod(), this::modelInfer)
        .stream(GRPCInferenceServiceGrpc.getModelStreamInferMethod(), this::modelStreamInfer)
        .unary(GRPCInferenceServiceGrpc.getModelStatisticsMethod(), this::modelStatistics)
        .unary(GRPCInferenceServiceGrpc.getRepositoryIndexMethod(), this::repositoryIndex)
        .build();
  }

  private void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
    answer(out, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  private void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
    answer(out, ServerReadyResponse.newBuilder().setReady(ready.getAsBoolean()).build());
  }

  private void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
    answer(out, server);
  }

  private void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
    ListenableFuture<Boolean> there =
        Futures.catching(
            models.has(request.getName(), request.getVersion()),
            Exception.class,
            // No head can be asked while none is reached.
            failure -> false,
            MoreExecutors.directExecutor());
    answerWith(
        Futures.transform(
            there,
            is -> ModelReadyResponse.newBuilder().setReady(is && ready.getAsBoolean()).build(),
            MoreExecutors.directExecutor()),
        out);
  }

  private void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
    answerWith(models.metadata(request.getName(), request.getVersion()), out);
  }

  private void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
    answerWith(models.index(), out);
  }

  private void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> out) {
    ModelStatisticsResponse counted = statistics.of(request);
    if (request.getName().isEmpty() || counted.getModelStatsCount() > 0) {
      answer(out, counted);
      return;
    }
    ModelVersion asked = new ModelVersion(request.getName(), request.getVersion());
    answerWith(
        Futures.transform(
            models.versions(asked),
            versions -> statistics.of(versions),
            MoreExecutors.directExecutor()),
        out);
  }

  private void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
    // Without a cancel handler gRPC throws when a cancelled call is answered.
    ServerCallStreamObserver<ModelInferResponse> call =
        (ServerCallStreamObserver<ModelInferResponse>) out;
    FlowKey flow = Caller.flowOf(call);
    call.setOnCancelHandler(() -> removeCancelled.accept(flow));
    inference.infer(
        request,
        Caller.unary(flow, call::isCancelled, ImageTrace.NONE),
        new ModelInference.Answer() {
          @Override
          public void succeed(ModelInferResponse response) {
            answer(out, response);
          }

          @Override
          public void fail(Throwable cause) {
            out.onError(Statuses.toException(cause));
          }
        });
  }

  private StreamObserver<DecodedRequest<ModelInferRequest>> modelStreamInfer(
      StreamObserver<ModelStreamInferResponse> out) {
    return ItemStream.serve(out, streamWindow, openStreams, new StreamedRequests());
  }

  /** The requests of one stream. */
  private final class StreamedRequests
      implements ItemStream.Handler<DecodedRequest<ModelInferRequest>, ModelStreamInferResponse> {
    private final FlowKey flow = Caller.flowOf(this);
    private final OrderedAnswers answers = new OrderedAnswers();

    @Override
    public void handle(
        DecodedRequest<ModelInferRequest> request,
        ItemStream.Responder<ModelStreamInferResponse> out) {
      ModelInference.Answer answer =
          answers.next(new StreamedAnswer(request.message().getId(), out));
      PauseUntilQueued pause = new PauseUntilQueued(out);
      request
          .refusal()
          .ifPresentOrElse(
              answer::fail,
              () ->
                  inference.infer(
                      request.message(),
                      Caller.item(flow, out::isCancelled, pause, ImageTrace.NONE),
                      answer));
      pause.submitted();
    }

    @Override
    public void cancelled() {
      removeCancelled.accept(flow);
    }
  }

  private static <R> void answer(StreamObserver<R> out, R message) {
    out.onNext(message);
    out.onCompleted();
  }

  private static <R> void answerWith(ListenableFuture<R> message, StreamObserver<R> out) {
    Futures.addCallback(
        message,
        new FutureCallback<R>() {
          @Override
          public void onSuccess(@Nullable R result) {
            answer(out, requireNonNull(result));
          }

          @Override
          public void onFailure(Throwable cause) {
            out.onError(Statuses.toException(cause));
          }
        },
        MoreExecutors.directExecutor());
  }
}
