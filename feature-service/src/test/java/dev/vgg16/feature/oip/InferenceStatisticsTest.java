package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.feature.pipeline.TestTimes;
import dev.vgg16.oip.InferStatistics;
import dev.vgg16.oip.ModelStatistics;
import dev.vgg16.oip.ModelStatisticsRequest;
import dev.vgg16.oip.StatisticDuration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceStatisticsTest {

  private Instant now = Instant.ofEpochMilli(1_000);
  private final InferenceStatistics statistics =
      new InferenceStatistics(
          new InstantSource() {
            @Override
            public Instant instant() {
              return now;
            }
          });

  private List<ModelStatistics> of(String name, String version) {
    return statistics
        .of(ModelStatisticsRequest.newBuilder().setName(name).setVersion(version).build())
        .getModelStatsList();
  }

  private static StatisticDuration duration(long count, long nanos) {
    return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
  }

  @Test
  void countsImagesAndTheirStages() {
    statistics.succeeded(
        new ModelVersion("cats", "1"),
        List.of(TestTimes.withScores(), TestTimes.withScores()),
        100);
    assertThat(of("", ""))
        .containsExactly(
            ModelStatistics.newBuilder()
                .setName("cats")
                .setVersion("1")
                .setLastInference(1_000)
                .setInferenceCount(2)
                .setInferenceStats(
                    InferStatistics.newBuilder()
                        .setSuccess(duration(1, 100))
                        .setFail(duration(0, 0))
                        .setQueue(duration(2, 400))
                        .setComputeInput(duration(2, 200))
                        .setComputeInfer(duration(2, 200))
                        .setComputeOutput(duration(2, 1_000)))
                .build());
  }

  @Test
  void findsModelsByNameAndVersion() {
    for (String version : List.of("1", "2")) {
      statistics.succeeded(new ModelVersion("cats", version), List.of(TestTimes.withScores()), 1);
    }
    statistics.succeeded(new ModelVersion("dogs", "1"), List.of(TestTimes.withScores()), 1);
    assertThat(of("", "")).hasSize(3);
    assertThat(of("cats", "")).hasSize(2);
    assertThat(of("cats", "2")).hasSize(1);
    assertThat(of("cats", "3")).isEmpty();
    assertThat(of("birds", "")).isEmpty();
  }

  /** Names of failed requests can be anything. */
  @Test
  void countsFailuresOfModelsThatHaveAnswered() {
    statistics.failed(new ModelVersion("cats", ""), 5);
    assertThat(of("", "")).isEmpty();
    statistics.succeeded(new ModelVersion("cats", "1"), List.of(TestTimes.withScores()), 1);
    now = now.plusMillis(1);
    statistics.succeeded(new ModelVersion("cats", "2"), List.of(TestTimes.withScores()), 1);
    statistics.failed(new ModelVersion("cats", ""), 7);
    statistics.failed(new ModelVersion("cats", "1"), 9);
    assertThat(of("cats", "2").get(0).getInferenceStats().getFail()).isEqualTo(duration(1, 7));
    assertThat(of("cats", "1").get(0).getInferenceStats().getFail()).isEqualTo(duration(1, 9));
  }
}
