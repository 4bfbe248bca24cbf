package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution of a feature replica's maps over head replicas, by the replicas' metrics. */
@Timeout(900)
class SpreadIT {

  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final int CALLERS = 8;

  /** Of each replica. */
  private static final int MAPS = 200;

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void underLoadEachHasItsShare(int replicas) throws Exception {
    try (Cluster cluster = start(replicas)) {
      assertAllAnswered(
          load(cluster)
              .during(
                  CALLERS,
                  () -> {
                    Report.print("%d replicas", replicas);
                    assertEven(shares(cluster, range(replicas)));
                  }));
    }
  }

  @Test
  void replicasThatComeAndGo() throws Exception {
    try (Cluster cluster = start(4)) {
      cluster.nameHeads(0, 1, 2);
      assertAllAnswered(
          load(cluster)
              .during(
                  CALLERS,
                  () -> {
                    awaitNoneFor(cluster, 3, 0);
                    long start = System.nanoTime();
                    cluster.nameHeads(0, 1, 2, 3);
                    awaitMapsOf(cluster, 3);
                    long come = millisSince(start);
                    Report.print("a new replica has maps after %d ms", come);
                    assertEven(shares(cluster, range(4)));
                    start = System.nanoTime();
                    cluster.nameHeads(1, 2, 3);
                    Report.print(
                        "a replica that is named no more got its last maps within %d ms",
                        TimeUnit.NANOSECONDS.toMillis(awaitNoneFor(cluster, 0, 1) - start));
                    cluster.head(1).kill();
                    assertEven(shares(cluster, 2, 3));
                    cluster.head(1).start();
                    cluster.head(1).awaitServing();
                    start = System.nanoTime();
                    awaitMapsOf(cluster, 1);
                    Report.print(
                        "a replica that is back has maps after %d ms, of the first ones %s",
                        millisSince(start), Arrays.toString(shares(cluster, 1, 2, 3)));
                    assertEven(shares(cluster, 1, 2, 3));
                  }));
    }
  }

  /** With the cache, for more maps than the backbone computes. */
  private static Cluster start(int replicas) throws IOException, InterruptedException {
    return Cluster.start(replicas, 1, "--cache-bytes", "10000000");
  }

  private static Load load(Cluster cluster) throws IOException {
    ManagedChannel channel = cluster.channel();
    return new Load(channel, Question.askAll(channel), DEADLINE);
  }

  private static int[] range(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** The number of maps that each of these receives, until their total suffices. */
  private static long[] shares(Cluster cluster, int... heads) throws Exception {
    List<Long> before = new ArrayList<>();
    for (int head : heads) {
      before.add(cluster.mapsScoredBy(head));
    }
    long[] shares = new long[heads.length];
    while (Arrays.stream(shares).sum() < (long) MAPS * heads.length) {
      Thread.sleep(50);
      for (int i = 0; i < heads.length; i++) {
        shares[i] = cluster.mapsScoredBy(heads[i]) - before.get(i);
      }
    }
    return shares;
  }

  /** Distributed by unanswered maps, and so by momentary speed: equal within 10 % at best. */
  private static void assertEven(long[] shares) {
    Report.print("maps of each: %s", Arrays.toString(shares));
    double even = Arrays.stream(shares).average().orElseThrow();
    double furthest =
        Arrays.stream(shares).mapToDouble(s -> Math.abs(s - even)).max().orElseThrow();
    Report.goal("furthest from an even share, %", 100 * furthest / even, 10);
    assertThat(furthest).as("%s", Arrays.toString(shares)).isLessThan(even / 2);
  }

  private static void awaitMapsOf(Cluster cluster, int head) throws Exception {
    long before = cluster.mapsScoredBy(head);
    while (cluster.mapsScoredBy(head) == before) {
      Thread.sleep(10);
    }
  }

  /** Waits until a replica receives no maps while another does; returns the time of its last. */
  private static long awaitNoneFor(Cluster cluster, int head, int other) throws Exception {
    long last = System.nanoTime();
    long maps = cluster.mapsScoredBy(head);
    long others = cluster.mapsScoredBy(other);
    while (cluster.mapsScoredBy(other) < others + MAPS) {
      long now = cluster.mapsScoredBy(head);
      if (now != maps) {
        maps = now;
        others = cluster.mapsScoredBy(other);
        last = System.nanoTime();
      }
      Thread.sleep(10);
    }
    return last;
  }

  private static long millisSince(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private static void assertAllAnswered(Tally tally) {
    assertThat(tally.sentCount()).isPositive();
    assertThat(tally.answeredCount()).as("%s", tally).isEqualTo(tally.sentCount());
  }
}
