package dev.vgg16.feature.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.service.load.LoadReport;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoadMeterTest {

  private static final Offset<Double> LITTLE = Offset.offset(1e-9);
  private static final long SECOND = 1_000_000_000;

  private final List<String> passedOn = new ArrayList<>();
  private long now = -3 * SECOND;

  private final LoadMeter meter =
      new LoadMeter(
          new BatcherListener() {
            @Override
            public void ran(int size, long nanos) {
              passedOn.add("ran " + size);
            }

            @Override
            public void cancelled() {
              passedOn.add("cancelled");
            }

            @Override
            public void refused(Refusal reason) {
              passedOn.add("refused " + reason);
            }

            @Override
            public void prepared(long nanos) {
              passedOn.add("prepared " + nanos);
            }
          },
          2,
          new Ticker() {
            @Override
            public long read() {
              return now;
            }
          });

  /** A second in which each of the two workers ran for this part of it. */
  private LoadReport second(int images, double busy, int waiting) {
    meter.ran(images, (long) (2 * busy * SECOND));
    now += SECOND;
    return meter.report(() -> waiting);
  }

  private static void assertReport(LoadReport report, double utilization, double perSecond) {
    assertThat(report.utilization()).isCloseTo(utilization, LITTLE);
    assertThat(report.perSecond()).isCloseTo(perSecond, LITTLE);
  }

  @Test
  void isTheTimeForWhichTheWorkersRun() {
    assertReport(second(20, 0.5, 0), 0.5, 20);
    assertReport(second(40, 0.7, 0), 0.6, 30);
  }

  @Test
  void imagesThatWaitAddTheSecondsOfTheirWait() {
    assertReport(second(20, 1, 30), 1 + 1.5, 20);
  }

  @Test
  void onlyTheLastSecondsCount() {
    assertReport(second(100, 1, 0), 1, 100);
    LoadReport last = new LoadReport(-1, -1);
    for (int i = 0; i < 6; i++) {
      last = second(10, 0.2, 0);
    }
    assertReport(last, 0.2, 10);
  }

  @Test
  void anIdleServiceHasNoLoad() {
    assertReport(meter.report(() -> 0), 0, 0);
    assertReport(second(0, 0, 0), 0, 0);
  }

  @Test
  void aBackboneThatHangsHasALongWait() {
    assertReport(second(0, 0, 5), 60, 0);
  }

  @Test
  void aRunThatBeganBeforeCountsAsAllTheTime() {
    assertReport(second(2, 7, 0), 1, 2);
  }

  @Test
  void eventsArePassedOn() {
    meter.ran(3, 1);
    meter.cancelled();
    meter.refused(BatcherListener.Refusal.FULL);
    meter.prepared(7);
    assertThat(passedOn).containsExactly("ran 3", "cancelled", "refused FULL", "prepared 7");
  }
}
