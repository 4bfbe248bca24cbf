package dev.vgg16.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.novelty.DriftReport;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.telemetry.Telemetry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriftMetricsTest {

  /** 0.68 from the training of {@code knowing}, whose threshold is 2.5. */
  private static final float[] NEAR = {0.0001f, 0.3f, -0.002f};

  /** 4.86 from it. */
  private static final float[] FAR = {1, -1, 1};

  private static final HeadManifest KNOWING =
      HeadManifest.read(Path.of("src", "test", "resources", "novelty-heads", "knowing", "1"));
  private static final HeadManifest TWO =
      HeadManifest.read(Path.of("src", "test", "resources", "heads", "two", "1"));

  @AutoClose private final RowBuffer maps = new RowBuffer(4, 1, 1, 3);
  private Telemetry telemetry;

  @BeforeEach
  void start() {
    telemetry = Telemetry.prometheus("head-service");
  }

  @AfterEach
  void stop() {
    telemetry.close();
  }

  /** The maps 0, 3, 6 and 9 are sampled, whatever their batches. */
  @Test
  void samplesEveryNthMap() {
    DriftMetrics metrics = new DriftMetrics(telemetry.meter(), () -> List.of(KNOWING), 3);
    show(metrics, FAR, NEAR);
    show(metrics, NEAR);
    show(metrics, NEAR, NEAR, NEAR, FAR);
    show(metrics, NEAR, NEAR);
    show(metrics, NEAR);
    assertThat(scrape())
        .containsPattern("(?m)^vgg16_head_maps_sampled_total\\{.*head=\"knowing\".*} 4(\\.0)?$")
        .containsPattern("(?m)^vgg16_head_maps_novel_total\\{.*head=\"knowing\".*} 2(\\.0)?$");
  }

  @Test
  void reportsWhatItHasMeasured() {
    DriftMetrics metrics = new DriftMetrics(telemetry.meter(), List::of, 1);
    assertThat(metrics.of(KNOWING)).contains(new DriftReport(0, 0, OptionalDouble.empty()));
    assertThat(metrics.of(TWO)).isEmpty();
    for (int i = 0; i < 63; i++) {
      show(metrics, NEAR);
    }
    assertThat(metrics.of(KNOWING)).contains(new DriftReport(63, 0, OptionalDouble.empty()));
    show(metrics, FAR);
    DriftReport report = metrics.of(KNOWING).orElseThrow();
    assertThat(report.maps()).isEqualTo(64);
    assertThat(report.novelMaps()).isEqualTo(1);
    assertThat(report.distance()).isPresent();
  }

  @Test
  void ignoresAMapWithNaN() {
    DriftMetrics metrics = new DriftMetrics(telemetry.meter(), () -> List.of(KNOWING), 1);
    show(metrics, new float[] {Float.NaN, 1, 1}, new float[] {Float.POSITIVE_INFINITY, 1, 1});
    for (int i = 0; i < 100; i++) {
      show(metrics, NEAR);
    }
    assertThat(scrape())
        .containsPattern("(?m)^vgg16_head_maps_sampled_total\\{.*} 100(\\.0)?$")
        .containsPattern("(?m)^vgg16_head_drift\\{.*} 0.675\\d*$");
  }

  /** Of a head whose manifest has it, from its load on. */
  @Test
  void tellsTheScoreThatATrainingLeadsToExpect() {
    DriftMetrics unused = new DriftMetrics(telemetry.meter(), () -> List.of(KNOWING, TWO), 1);
    assertThat(scrape())
        .containsPattern("(?m)^vgg16_head_expected_score\\{.*head=\"knowing\".*} 0.75$")
        .doesNotContainPattern("(?m)^vgg16_head_expected_score\\{.*head=\"two\"");
  }

  @Test
  void hasNoMetricOfAHeadWithoutStatistics() {
    DriftMetrics metrics = new DriftMetrics(telemetry.meter(), () -> List.of(TWO), 1);
    metrics.scored(TWO, maps, 4);
    assertThat(scrape()).doesNotContain("sampled");
  }

  /** Also of a head that is loaded later. */
  @Test
  void countsFromZeroOnceAHeadIsLoaded() {
    List<HeadManifest> loaded = new ArrayList<>();
    DriftMetrics unused = new DriftMetrics(telemetry.meter(), () -> loaded, 1);
    assertThat(scrape()).doesNotContain("sampled");
    loaded.add(KNOWING);
    scrape();
    assertThat(scrape())
        .containsPattern("(?m)^vgg16_head_maps_sampled_total\\{.*head=\"knowing\".*} 0(\\.0)?$")
        .containsPattern("(?m)^vgg16_head_maps_novel_total\\{.*head=\"knowing\".*} 0(\\.0)?$")
        .doesNotContain("vgg16_head_drift");
  }

  @Test
  void hasNoMetricOfAnUnloadedHead() {
    DriftMetrics metrics = new DriftMetrics(telemetry.meter(), List::of, 1);
    for (int i = 0; i < 100; i++) {
      show(metrics, NEAR);
    }
    assertThat(scrape()).contains("sampled").doesNotContain("vgg16_head_drift");
  }

  private void show(DriftMetrics metrics, float[]... rows) {
    for (int row = 0; row < rows.length; row++) {
      maps.row(row).asFloatBuffer().put(rows[row]);
    }
    metrics.scored(KNOWING, maps, rows.length);
  }

  private String scrape() {
    return telemetry.expose(null).body().toStringUtf8();
  }
}
