package dev.vgg16.bench.load;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ghz says of a run, by the names of its JSON.
 *
 * @param count answers
 * @param total nanoseconds
 * @param rps answers a second
 * @param statuses how many answers had which gRPC status
 * @param errors how many had which error message; missing when there was none
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
   * @throws IllegalStateException when an answer was not OK; the message says what was seen
   */
  GhzReport requireAllOk() {
    if (count > 0 && statuses.keySet().equals(Set.of("OK"))) {
      return this;
    }
    throw new IllegalStateException(
        "not every answer was OK: ghz saw %s of %d, errors %s"
            .formatted(statuses, count, errors == null ? Map.of() : errors));
  }

  double latencyMillis(int percentage) {
    return latencies.stream()
            .filter(entry -> entry.percentage() == percentage)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("ghz gave no percentile " + percentage))
            .latency()
        / NANOS_PER_MILLI;
  }
}
