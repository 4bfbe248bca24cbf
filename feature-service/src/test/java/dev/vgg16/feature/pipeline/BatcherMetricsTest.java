package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.inference.batch.BatcherListener.Refusal;
import dev.vgg16.service.telemetry.Telemetry;
import org.junit.jupiter.api.Test;

class BatcherMetricsTest {

  @Test
  void showsWhatTheBatcherDid() {
    try (Telemetry telemetry = Telemetry.prometheus("feature-service")) {
      BatcherListener metrics = new BatcherMetrics(telemetry.meter());
      metrics.refused(Refusal.FULL);
      metrics.refused(Refusal.FULL);
      metrics.refused(Refusal.TOO_LATE);
      metrics.cancelled();
      metrics.prepared(3_000_000);
      metrics.ran(5, 250_000_000);
      assertThat(scrape(telemetry))
          .containsPattern("(?m)^vgg16_batch_refused_total\\{.*reason=\"full\".*} 2(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_refused_total\\{.*reason=\"too_late\".*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_abandoned_total\\{.*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_size_bucket\\{.*le=\"4.0\"} 0$")
          .containsPattern("(?m)^vgg16_batch_size_bucket\\{.*le=\"8.0\"} 1$")
          .containsPattern("(?m)^vgg16_decode_duration_seconds_sum\\{.*} 0.003$")
          .containsPattern("(?m)^vgg16_batch_duration_seconds_sum\\{.*} 0.25$");
    }
  }

  @Test
  void countsFromZero() {
    try (Telemetry telemetry = Telemetry.prometheus("feature-service")) {
      BatcherListener unused = new BatcherMetrics(telemetry.meter());
      assertThat(scrape(telemetry))
          .containsPattern("(?m)^vgg16_batch_refused_total\\{.*reason=\"full\".*} 0(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_refused_total\\{.*reason=\"too_late\".*} 0(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_abandoned_total\\{.*} 0(\\.0)?$");
    }
  }

  private static String scrape(Telemetry telemetry) {
    return telemetry.expose(null).body().toStringUtf8();
  }
}
