package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.v1.MapSelection;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A head service that sends what it measures, as OpenTelemetry's variables say. */
@Timeout(300)
class OpenTelemetryIT {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path folder;

  /** Runs a service, scores one map as a part of the trace, and stops the service. */
  private void score(Map<String, String> environment) throws Exception {
    var unused = new MadeHeads(folder);
    Metadata trace = new Metadata();
    trace.put(TRACE_PARENT, "00-" + TRACE + "-00f067aa0ba902b7-01");
    try (HeadProgram head = HeadProgram.start(environment, folder)) {
      var scored =
          head.stub()
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(trace))
              .score(
                  HeadProgram.score(
                      "vgg16-160-tf-d9a27cc1fc7f",
                      MapSelection.newBuilder().addHeads("cats-vs-dogs").build()));
      assertThat(scored.getMapsCount()).isEqualTo(1);
      head.program().terminate();
      assertThat(head.program().await().exitCode()).isZero();
      assertThat(head.program().err()).doesNotContain("WARN", "ERROR");
    }
  }

  private static Map<String, String> sendingTo(OtlpReceiver receiver, String... exporters) {
    Map<String, String> environment = new HashMap<>();
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
    for (String exporter : exporters) {
      environment.put(exporter, "otlp");
    }
    return environment;
  }

  private static List<ReceivedSpan> ofTheTrace(OtlpReceiver receiver) {
    return receiver.spans().stream().filter(span -> span.trace().equals(TRACE)).toList();
  }

  @Test
  void sendsMetricsAndTheSpansOfCallsBeforeItStops() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      score(sendingTo(receiver, "OTEL_METRICS_EXPORTER", "OTEL_TRACES_EXPORTER"));
      assertThat(receiver.metrics())
          .extracting(Metric::getName)
          .contains("vgg16.items", "vgg16.heads.loaded", "grpc.server.call.duration");
      assertThat(ofTheTrace(receiver))
          .extracting(ReceivedSpan::name)
          .contains("Recv.vgg16.v1.HeadService.Score");
    }
  }

  @Test
  void withoutAnExporterNothingIsSent() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      score(sendingTo(receiver));
      assertThat(receiver.metrics()).isEmpty();
      assertThat(receiver.spans()).isEmpty();
    }
  }

  @Test
  void aBadVariableEndsTheStartWithOneLine() throws Exception {
    Program.Result result =
        Program.run(Map.of("OTEL_METRICS_EXPORTER", "carrier-pigeon"), "head-service");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "head-service: OpenTelemetry's variables: Unrecognized value for"
                + " otel.metrics.exporter: carrier-pigeon\n");
  }
}
