package dev.vgg16.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import org.junit.jupiter.api.Test;

class GhzReportTest {

  /** As ghz 0.121.0 writes it, shortened. */
  private static final String JSON =
      """
      {
        "date": "2026-01-02T03:04:05Z",
        "endReason": "timeout",
        "options": {"call": "vgg16.v1.FeatureService.Classify", "concurrency": 8},
        "count": 489,
        "total": 10080000000,
        "average": 164010000,
        "rps": 48.53,
        "statusCodeDistribution": {"OK": 489},
        "latencyDistribution": [
          {"percentage": 50, "latency": 162970000},
          {"percentage": 99, "latency": 205990000}
        ],
        "details": [{"timestamp": "2026-01-02T03:04:05Z", "latency": 1, "error": "", "status": "OK"}]
      }
      """;

  @Test
  void readsWhatGhzWrites() {
    GhzReport report = parse(JSON).requireAllOk();
    assertThat(report.count()).isEqualTo(489);
    assertThat(report.rps()).isEqualTo(48.53);
    assertThat(report.latencyMillis(50)).isEqualTo(162.97);
  }

  @Test
  void refusesARunInWhichACallFailed() {
    String failed =
        JSON.replace("{\"OK\": 489}", "{\"OK\": 488, \"Unavailable\": 1}")
            .replace(
                "\"rps\"",
                "\"errorDistribution\": {\"rpc error: code = Unavailable\": 1}, \"rps\"");
    assertThatThrownBy(() -> parse(failed).requireAllOk())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("{OK=488, Unavailable=1} of 489")
        .hasMessageContaining("rpc error: code = Unavailable");
  }

  @Test
  void refusesARunWithoutAnAnswer() {
    String empty = JSON.replace("489,", "0,").replace("{\"OK\": 489}", "{}");
    assertThatThrownBy(() -> parse(empty).requireAllOk()).hasMessageContaining("{} of 0");
  }

  private static GhzReport parse(String json) {
    return GhzReport.parse(new StringReader(json));
  }
}
