package dev.vgg16.feature.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.v1.GetBackboneResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceLoadTest {

  private static final GetBackboneResponse BACKBONE =
      GetBackboneResponse.newBuilder()
          .setExecutionProvider("openvino")
          .setDevice("cpu")
          .setPrecision("int8")
          .build();

  private record Gauges(
      int queued,
      int queueCapacity,
      int unfinished,
      int mapsAtHeads,
      int headReplicas,
      int headReplicasUnavailable)
      implements ServiceLoad.Gauges {}

  private final List<String> passedOn = new ArrayList<>();
  private final LoadCounters counters =
      new LoadCounters(
          new BatcherListener() {
            @Override
            public void ran(int size, long nanos) {
              passedOn.add("ran " + size);
            }

            @Override
            public void cancelled() {
              passedOn.add("cancelled");
            }

            @Override
            public void refused(Refusal reason) {
              passedOn.add("refused " + reason);
            }

            @Override
            public void prepared(long nanos) {
              passedOn.add("prepared " + nanos);
            }
          });

  private JsonObject load(int queued, int unfinished) {
    Gauges now = new Gauges(queued, 512, unfinished, 4, 2, 1);
    String json = ServiceLoad.of("1f", "0.2.0", BACKBONE, counters, now).toJson();
    return JsonParser.parseString(json).getAsJsonObject();
  }

  @Test
  void tellsWhatWasDoneSinceTheStart() {
    counters.ran(2, 1);
    counters.ran(4, 1);
    counters.failed();
    JsonObject load = load(0, 0);
    assertThat(load.get("batches").getAsLong()).isEqualTo(2);
    assertThat(load.get("batchedImages").getAsLong()).isEqualTo(6);
    assertThat(load.get("imagesFailed").getAsLong()).isEqualTo(1);
    assertThat(load.get("imagesAnswered").getAsLong()).isZero();
  }

  @Test
  void countsLatenciesUpToEachBound() {
    LatencyHistogram latency = counters.latency();
    latency.add(0);
    latency.add(1_000_000);
    latency.add(1_000_001);
    latency.add(Long.MAX_VALUE);
    JsonObject load = load(0, 0);
    assertThat(load.get("imagesAnswered").getAsLong()).isEqualTo(4);
    JsonObject histogram = load.getAsJsonObject("latency");
    List<Double> bounds = new ArrayList<>();
    histogram.getAsJsonArray("bounds").forEach(bound -> bounds.add(bound.getAsDouble()));
    List<Long> counts = new ArrayList<>();
    histogram.getAsJsonArray("counts").forEach(count -> counts.add(count.getAsLong()));
    assertThat(bounds).isSorted().startsWith(0.001, 0.002).endsWith(30.0);
    assertThat(counts).hasSize(bounds.size() + 1).startsWith(2L, 1L, 0L).endsWith(0L, 1L);
  }

  @Test
  void tellsWhatThereIsToDo() {
    JsonObject load = load(3, 5);
    assertThat(load.get("queued").getAsInt()).isEqualTo(3);
    assertThat(load.get("queueCapacity").getAsInt()).isEqualTo(512);
    assertThat(load.get("inFlight").getAsInt()).isEqualTo(5 - 3 + 4);
    assertThat(load.get("headReplicas").getAsInt()).isEqualTo(2);
    assertThat(load.get("headReplicasUnavailable").getAsInt()).isEqualTo(1);
    assertThat(load(3, 2).get("inFlight").getAsInt())
        .as("an image that left the queue meanwhile")
        .isEqualTo(4);
  }

  @Test
  void tellsWhatRuns() {
    JsonObject load = load(0, 0);
    assertThat(load.get("instance").getAsString()).isEqualTo("1f");
    assertThat(load.get("version").getAsString()).isEqualTo("0.2.0");
    assertThat(load.get("executionProvider").getAsString()).isEqualTo("openvino");
    assertThat(load.get("device").getAsString()).isEqualTo("cpu");
    assertThat(load.get("precision").getAsString()).isEqualTo("int8");
  }

  @Test
  void passesTheEventsOn() {
    counters.ran(3, 1);
    counters.cancelled();
    counters.refused(BatcherListener.Refusal.FULL);
    counters.prepared(7);
    assertThat(passedOn).containsExactly("ran 3", "cancelled", "refused FULL", "prepared 7");
  }
}
