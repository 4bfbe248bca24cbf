package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.serving.batch.BatcherListener;
import dev.vgg16.serving.batch.BatcherListener.Refusal;
import dev.vgg16.serving.telemetry.Telemetry;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class BatcherMetricsTest {

  @Test
  void showsWhatTheBatcherDid() throws Exception {
    int port = freePort();
    try (Telemetry telemetry = Telemetry.prometheus("feature-service", "127.0.0.1", port)) {
      BatcherListener metrics = new BatcherMetrics(telemetry.meter());
      metrics.refused(Refusal.FULL);
      metrics.refused(Refusal.FULL);
      metrics.refused(Refusal.TOO_LATE);
      metrics.abandoned();
      metrics.prepared(3_000_000);
      metrics.ran(5, 250_000_000);
      assertThat(scrape(port))
          .containsPattern("(?m)^vgg16_batch_refused_total\\{.*reason=\"full\".*} 2(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_refused_total\\{.*reason=\"too_late\".*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_abandoned_total\\{.*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_batch_size_bucket\\{.*le=\"4.0\"} 0$")
          .containsPattern("(?m)^vgg16_batch_size_bucket\\{.*le=\"8.0\"} 1$")
          .containsPattern("(?m)^vgg16_decode_duration_seconds_sum\\{.*} 0.003$")
          .containsPattern("(?m)^vgg16_batch_duration_seconds_sum\\{.*} 0.25$");
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String scrape(int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
