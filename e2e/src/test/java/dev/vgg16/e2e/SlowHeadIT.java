package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A head that computes for longer than the stall timeout of a replica. */
@Timeout(600)
class SlowHeadIT {

  @TempDir private Path folder;

  /** If the replica counted as hung, its request would be resent forever. */
  @Test
  void aReplicaThatWorksLongIsNotTakenForOneThatHangs() throws Exception {
    new MadeHeads(folder).add("slow", "slow.onnx", 2);
    try (Services services =
        Services.startOver(folder, "--head-stall-ms", "1500", "--head-timeout-ms", "300000")) {
      FeatureServiceGrpc.FeatureServiceFutureStub stub =
          FeatureServiceGrpc.newFutureStub(services.featureChannel())
              .withDeadlineAfter(300, TimeUnit.SECONDS);
      long start = System.nanoTime();
      ListenableFuture<ClassifyResponse> slow =
          stub.classify(Photos.classify(Photos.any(), "slow"));
      // Other requests are answered meanwhile, on other streams.
      int others = 0;
      while (!slow.isDone()) {
        assertThat(
                stub.classify(Photos.classify(Photos.any()))
                    .get(300, TimeUnit.SECONDS)
                    .getHeads(0)
                    .getScoresCount())
            .isEqualTo(2);
        others++;
      }
      assertThat(slow.get().getHeads(0).getHead()).isEqualTo("slow");
      System.out.printf(
          "slow head: answered after %d ms, %d other requests meanwhile%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), others);
    }
  }
}
