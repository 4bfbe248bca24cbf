package dev.vgg16.feature.load;

import com.google.gson.Gson;
import dev.vgg16.v1.GetBackboneResponse;
import java.util.List;

/**
 * What this process has done since its start, and has to do now. Whoever asks twice gets the rates
 * of the time between. Its JSON form is part of the HTTP API.
 *
 * @param instance differs from process to process
 * @param version of the service
 * @param executionProvider as in {@link GetBackboneResponse}, like {@code device} and {@code
 *     precision}
 * @param imagesAnswered that got a result
 * @param imagesFailed that ended without one, those of cancelled calls too
 * @param latency of the answered images, from when each was received
 * @param batches backbone runs
 * @param batchedImages images in them
 * @param queued images that wait for their turn; those of streams that wait for a place included
 * @param queueCapacity images that may wait
 * @param inFlight images that are decoded, in a batch, or at the heads
 * @param headReplicas that answer
 * @param headReplicasUnavailable that don't
 */
public record ServiceLoad(
    String instance,
    String version,
    String executionProvider,
    String device,
    String precision,
    long imagesAnswered,
    long imagesFailed,
    Latency latency,
    long batches,
    long batchedImages,
    int queued,
    int queueCapacity,
    int inFlight,
    int headReplicas,
    int headReplicasUnavailable) {

  private static final Gson GSON = new Gson();

  /**
   * A histogram.
   *
   * @param bounds upper bounds, in seconds
   * @param counts one more: the last is of what is above all bounds
   */
  public record Latency(List<Double> bounds, List<Long> counts) {}

  /** What there is to do now, of the parts of the service. */
  public interface Gauges {

    /** Images that wait for their turn, those of streams that wait for a place included. */
    int queued();

    /** Images that may wait. */
    int queueCapacity();

    /** Images that were accepted and have not run, those that wait included. */
    int unfinished();

    /** Maps that have no answer of the heads. */
    int mapsAtHeads();

    /** Head replicas that answer. */
    int headReplicas();

    /** Head replicas that don't. */
    int headReplicasUnavailable();
  }

  /** The load at this moment. */
  static ServiceLoad of(
      String instance,
      String version,
      GetBackboneResponse backbone,
      LoadCounters counters,
      Gauges now) {
    List<Long> latencies = counters.latency().counts();
    int queued = now.queued();
    return new ServiceLoad(
        instance,
        version,
        backbone.getExecutionProvider(),
        backbone.getDevice(),
        backbone.getPrecision(),
        latencies.stream().mapToLong(Long::longValue).sum(),
        counters.imagesFailed(),
        new Latency(LatencyHistogram.bounds(), latencies),
        counters.batches(),
        counters.batchedImages(),
        queued,
        now.queueCapacity(),
        // Each is read at a moment of its own.
        Math.max(0, now.unfinished() - queued) + now.mapsAtHeads(),
        now.headReplicas(),
        now.headReplicasUnavailable());
  }

  public String toJson() {
    return GSON.toJson(this);
  }
}
