package dev.vgg16.bench.load;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ghz's report of a run, with the field names of its JSON.
 *
 * @param count responses
 * @param total nanoseconds
 * @param rps responses per second
 * @param statuses the number of responses by gRPC status
 * @param errors the number of responses by error message; null when there was none
 */
record GhzReport(
    long count,
    long total,
    double rps,
    @SerializedName("statusCodeDistribution") Map<String, Long> statuses,
    @SerializedName("errorDistribution") Map<String, Long> errors,
    @SerializedName("latencyDistribution") List<Percentile> latencies) {

  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * @param latency nanoseconds
   */
  record Percentile(int percentage, long latency) {}

  static GhzReport parse(Reader json) {
    return new Gson().fromJson(json, GhzReport.class);
  }

  /**
   * @throws IllegalStateException when a response was not OK; the message has the statuses
   */
  GhzReport requireAllOk() {
    if (count > 0 && statuses.keySet().equals(Set.of("OK"))) {
      return this;
    }
    throw new IllegalStateException(
        "not every response was OK: statuses %s of %d, errors %s"
            .formatted(statuses, count, errors == null ? Map.of() : errors));
  }

  double latencyMillis(int percentage) {
    return latencies.stream()
            .filter(entry -> entry.percentage() == percentage)
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("ghz reported no percentile " + percentage))
            .latency()
        / NANOS_PER_MILLI;
  }
}
