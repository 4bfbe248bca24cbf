package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import dev.vgg16.service.telemetry.Telemetry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HeadClientMetricsTest {

  private static final HeadClientOptions OPTIONS =
      new HeadClientOptions(
          "heads", 1, Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1));

  private final InProcessReplicas replicas = new InProcessReplicas();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final HeadClient client = new HeadClient(replicas, OPTIONS, Ticker.systemTicker(), timer);
  private final Telemetry telemetry = Telemetry.prometheus("feature-service");

  @BeforeEach
  void measure() {
    HeadClientMetrics.of(client, telemetry.meter());
  }

  @AfterEach
  void stop() {
    client.close();
    timer.shutdownNow();
    telemetry.close();
  }

  private void scoreThreeMaps() {
    ByteBuffer maps = ByteBuffer.allocate(3);
    var unused =
        client.score(
            new ScoreMessage(ScoreMessages.maps(3, List.of(maps)), List.of()), Long.MAX_VALUE);
  }

  /** The value of a metric without labels, or with this one. */
  private double value(String metric, String label) {
    String page = telemetry.expose(null).body().toStringUtf8();
    return Pattern.compile("(?m)^vgg16_relay_%s\\{.*%s.*} (.*)$".formatted(metric, label))
        .matcher(page)
        .results()
        .mapToDouble(sample -> Double.parseDouble(sample.group(1)))
        .sum();
  }

  @Test
  void followTheMaps() throws Exception {
    scoreThreeMaps();
    assertThat(value("maps_waiting", "")).isEqualTo(3);
    assertThat(value("maps_in_flight", "")).isZero();
    FakeHeads.Received received = replicas.add().heads().next();
    assertThat(value("maps_waiting", "")).isZero();
    assertThat(value("maps_in_flight", "")).isEqualTo(3);
    received.answer();
    assertThat(value("maps_in_flight", "")).isZero();
  }

  @Test
  @Timeout(120)
  void followTheReplicas() throws Exception {
    assertThat(value("replicas", "state=\"available\"")).isZero();
    InProcessReplicas.Fake lost = replicas.add();
    replicas.add();
    while (value("replicas", "state=\"available\"") < 2) {
      Thread.onSpinWait();
    }
    replicas.remove(lost);
    lost.kill();
    assertThat(value("replicas", "")).isEqualTo(1);
    replicas.name(lost);
    assertThat(value("replicas", "state=\"available\"")).isEqualTo(1);
    assertThat(value("replicas", "state=\"unavailable\"")).isEqualTo(1);
  }
}
