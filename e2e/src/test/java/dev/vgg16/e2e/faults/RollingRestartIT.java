package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every replica of both services is stopped by SIGTERM and started again, one after the other. */
class RollingRestartIT {

  @Test
  void underLoad() throws Exception {
    try (Cluster cluster = Cluster.start(2, 2)) {
      ManagedChannel channel = cluster.channel();
      int[] restarts = new int[1];
      Tally tally =
          new Load(channel, Question.askAll(channel), Duration.ofMinutes(2))
              .during(
                  8,
                  () -> {
                    long end = System.nanoTime() + Report.TIME.toNanos();
                    do {
                      for (int i = 0; i < 2; i++) {
                        restart(cluster.head(i));
                        // The feature replicas reconnect within 200 ms.
                        Thread.sleep(1_000);
                        restarts[0]++;
                      }
                      for (int i = 0; i < 2; i++) {
                        restart(cluster.feature(i));
                        // gRPC clients may wait for seconds before they reconnect.
                        cluster.awaitImages(i);
                        restarts[0]++;
                      }
                    } while (System.nanoTime() < end);
                  });
      Report.print("%d restarts in turn: %s", restarts[0], tally);
      assertThat(tally.answeredCount()).as("%s", tally).isEqualTo(tally.sentCount());
    }
  }

  private static void restart(ReplicaProcess replica) throws Exception {
    assertThat(replica.stop()).as("%s", replica.log()).isZero();
    replica.start();
    replica.awaitServing();
  }
}
