package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Draws the picture of docs/operations.md: {@code -Dtrace.picture.write=true}. */
@EnabledIfSystemProperty(named = "trace.picture.write", matches = "true")
class TracePictureIT {

  private static final Path PICTURE = Program.ROOT.resolve("docs/images/trace.svg");

  /** After a warm-up, four calls at a time: one image waits for others. */
  @Test
  void drawsACallWithCompany() throws Exception {
    try (OtlpReceiver receiver = new OtlpReceiver();
        Services services =
            Services.startIn(
                Map.of(
                    "OTEL_TRACES_EXPORTER",
                    "otlp",
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.endpoint()))) {
      for (int round = 0; round < 50; round++) {
        classifyFour(services);
      }
      for (Program program : List.of(services.featureProgram(), services.headProgram())) {
        program.terminate();
        assertThat(program.await().exitCode()).isZero();
      }
      Files.writeString(PICTURE, new Waterfall(last(receiver.spans())).toSvg());
    }
  }

  private static void classifyFour(Services services) throws Exception {
    FeatureServiceGrpc.FeatureServiceFutureStub stub =
        FeatureServiceGrpc.newFutureStub(services.featureChannel());
    List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
    for (Path photo : Iterables.limit(Photos.all(), 4)) {
      calls.add(stub.classify(Photos.classify(Photos.bytes(photo))));
    }
    assertThat(Futures.allAsList(calls).get()).hasSize(4);
  }

  /** The spans of the trace whose image ended last. */
  private static List<ReceivedSpan> last(List<ReceivedSpan> spans) {
    String trace =
        spans.stream()
            .filter(span -> span.name().equals("vgg16 map"))
            .max(Comparator.comparingLong(ReceivedSpan::end))
            .orElseThrow()
            .trace();
    return spans.stream().filter(span -> span.trace().equals(trace)).collect(Collectors.toList());
  }
}
