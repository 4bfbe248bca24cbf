package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTimesTest {

  private final StageTimes times = new StageTimes(1_000);

  private List<String> stages(long now) {
    List<String> stages = new ArrayList<>();
    times.forEachStage(
        now, (stage, start, end) -> stages.add("%s %d-%d".formatted(stage, start, end)));
    return stages;
  }

  private void run() {
    times.decoding(1_100);
    times.decoded(1_300);
    times.resized(10);
    times.running(1_600);
    times.ran(2_000);
  }

  @Test
  void measuresTheStagesOfAnImage() {
    run();
    times.scored(2_500);
    assertThat(times.queue()).isEqualTo(390);
    assertThat(times.decode()).isEqualTo(210);
    assertThat(times.backbone()).isEqualTo(400);
    assertThat(times.head()).isEqualTo(500);
    assertThat(times.total()).isEqualTo(1_500);
    assertThat(times.isCached()).isFalse();
  }

  @Test
  void oneStageBeginsWhereAnotherEnds() {
    run();
    assertThat(stages(9_000))
        .containsExactly(
            "QUEUE 1000-1100", "DECODE 1100-1300", "BATCH 1300-1600", "BACKBONE 1600-2000");
  }

  @Test
  void theLastStageOfAFailureEndsWithIt() {
    assertThat(stages(1_050)).containsExactly("QUEUE 1000-1050");
    times.decoding(1_100);
    assertThat(stages(1_150)).containsExactly("QUEUE 1000-1100", "DECODE 1100-1150");
    times.decoded(1_300);
    assertThat(stages(1_350)).hasSize(3).endsWith("BATCH 1300-1350");
    times.running(1_600);
    assertThat(stages(1_650)).hasSize(4).endsWith("BACKBONE 1600-1650");
  }

  @Test
  void anImageOfTheCacheWaitsForItsMapAlone() {
    times.reused(1_400);
    times.scored(1_700);
    assertThat(times.queue()).isEqualTo(400);
    assertThat(times.decode()).isZero();
    assertThat(times.backbone()).isZero();
    assertThat(times.head()).isEqualTo(300);
    assertThat(times.total()).isEqualTo(700);
    assertThat(times.isCached()).isTrue();
    assertThat(stages(9_000)).containsExactly("QUEUE 1000-1400");
  }

  @Test
  void aMapWithoutHeadsTakesNoTimeThere() {
    run();
    assertThat(times.head()).isZero();
    assertThat(times.total()).isEqualTo(1_000);
  }
}
