package dev.vgg16.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.BatchScoring;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.HeadRoute.Arm;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.PerMap;
import dev.vgg16.head.scoring.ScoreOptions;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.head.shadow.ComparisonListener.Reason;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.telemetry.Telemetry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArmMetricsTest {

  private final Telemetry telemetry = Telemetry.prometheus("head-service");
  private final ArmMetrics metrics = new ArmMetrics(telemetry.meter());
  private final HeadRegistry heads = TinyHeads.load();
  private final BatchScorer scorer = new BatchScorer(ScoreListener.NONE, 8);

  @AfterEach
  void close() {
    scorer.close();
    heads.close();
    telemetry.close();
  }

  private HeadResult.Scored score(Head head) {
    MapBatch batch =
        new MapBatch(
            "tiny",
            3,
            new OutputForm(ElementType.FLOAT32, false),
            MapBytes.of(TinyHeads.maps(1, 2, 3).getData()));
    PerMap<ScoreOptions> options =
        new PerMap<>(List.of(new ScoreOptions(1, false, Optional.empty())));
    try (BatchScoring scoring = scorer.begin(batch, options)) {
      return (HeadResult.Scored) scoring.score(head, new int[] {0, 1, 2});
    }
  }

  private double sum(String metric, String... labels) {
    return telemetry
        .expose(null)
        .body()
        .toStringUtf8()
        .lines()
        .filter(line -> line.startsWith(metric + "{"))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void countsClassesAndScoresByWhatTheyAreFor() {
    metrics.scored(heads.find("three").manifest(), Arm.DEFAULT, score(heads.find("three")));
    metrics.scored(heads.find("three@2").manifest(), Arm.SHADOW, score(heads.find("three@2")));
    metrics.scored(heads.find("three@2").manifest(), Arm.SHADOW, score(heads.find("three@2")));
    assertThat(sum("vgg16_head_best_class_total", "arm=\"default\"", "version=\"10\""))
        .isEqualTo(3);
    assertThat(sum("vgg16_head_best_class_total", "arm=\"shadow\"", "version=\"2\"")).isEqualTo(6);
    assertThat(sum("vgg16_head_best_class_total", "class=\"other\"")).isZero();
    assertThat(sum("vgg16_head_best_score_count", "arm=\"shadow\"")).isEqualTo(6);
  }

  @Test
  void countsWhatWasComparedAndWhatWasDropped() {
    HeadManifest two = heads.find("two").manifest();
    metrics.compared(two, Arm.TRAFFIC, 5, 4);
    metrics.dropped(two, Reason.TIME, 7);
    metrics.ran(two, 1_000_000);
    assertThat(sum("vgg16_head_maps_compared_total", "arm=\"traffic\"")).isEqualTo(5);
    assertThat(sum("vgg16_head_maps_agreed_total", "arm=\"traffic\"")).isEqualTo(4);
    assertThat(sum("vgg16_head_shadow_dropped_total", "reason=\"time\"")).isEqualTo(7);
    assertThat(sum("vgg16_head_shadow_duration_seconds_sum", "head=\"two\"")).isEqualTo(.001);
  }

  /** A thousand classes must not be a thousand time series of each version. */
  @Test
  void theClassesOfALargeHeadAreBounded() {
    HeadManifest two = heads.find("two").manifest();
    HeadManifest many =
        new HeadManifest(
            "many",
            1,
            two.backbone(),
            IntStream.range(0, 1000).mapToObj(i -> "class " + i + "x".repeat(100)).toList(),
            two.mapShape(),
            false,
            two.model(),
            0,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    List<String> labels =
        IntStream.range(0, 1000).mapToObj(i -> ArmMetrics.labelOf(many, i)).distinct().toList();
    assertThat(labels).hasSize(ArmMetrics.MAX_CLASSES + 1).contains("other");
    assertThat(labels).allSatisfy(label -> assertThat(label).hasSizeLessThanOrEqualTo(64));
  }
}
