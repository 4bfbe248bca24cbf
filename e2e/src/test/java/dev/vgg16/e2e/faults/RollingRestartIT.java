package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every replica of both services is stopped by SIGTERM and started again, one after the other. */
class RollingRestartIT {

  @Test
  void underLoad() throws Exception {
    try (Cluster cluster = Cluster.start(2, 2)) {
      ManagedChannel channel = cluster.channel();
      int[] restarts = new int[1];
      Tally tally =
          new Load(channel, Question.askAll(channel), Duration.ofSeconds(20))
              .whileThereIs(
                  8,
                  () -> {
                    long end = System.nanoTime() + Report.TIME.toNanos();
                    do {
                      for (Replica replica :
                          List.of(
                              cluster.head(0),
                              cluster.head(1),
                              cluster.feature(0),
                              cluster.feature(1))) {
                        assertThat(replica.stop()).as("%s", replica.log()).isZero();
                        replica.start();
                        replica.awaitServing();
                        // The clients' connections come back after a moment.
                        Thread.sleep(1_500);
                        restarts[0]++;
                      }
                    } while (System.nanoTime() < end);
                  });
      Report.tell("%d restarts in turn: %s", restarts[0], tally);
      assertThat(tally.answeredCount()).as("%s", tally).isEqualTo(tally.sentCount());
    }
  }
}
