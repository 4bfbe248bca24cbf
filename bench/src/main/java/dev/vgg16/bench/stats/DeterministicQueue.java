package dev.vgg16.bench.stats;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Random;
import org.HdrHistogram.Histogram;

/**
 * The queue M/D/c: Poisson arrivals, a constant service time, c servers, first come first served.
 * What a service of that capacity can do at best without batching, whoever wrote it.
 *
 * <p>The distribution comes from simulated arrivals: the known series for it (Crommelin's) sums
 * terms of alternating signs, and loses all digits at high load.
 *
 * @param servers how many requests are served at a time
 * @param serviceSeconds how long each takes
 */
public record DeterministicQueue(int servers, double serviceSeconds) {

  private static final int ARRIVALS = 1_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  public DeterministicQueue {
    checkArgument(servers >= 1, "there must be at least 1 server, not %s", servers);
    checkArgument(serviceSeconds > 0, "the service time must be positive, was %s", serviceSeconds);
  }

  /** The queue of a service that answers this many requests a second when it is never idle. */
  public static DeterministicQueue ofCapacity(int servers, double perSecond) {
    return new DeterministicQueue(servers, servers / perSecond);
  }

  /** Such as "M/D/1". */
  public String name() {
    return "M/D/" + servers;
  }

  /**
   * Latencies, waiting and service together, of a million arrivals.
   *
   * @param perSecond the mean rate of arrivals; less than the capacity
   * @return nanoseconds
   */
  public Histogram latencies(double perSecond, long seed) {
    double load = perSecond * serviceSeconds / servers;
    checkArgument(load < 1, "the load must be less than 1, was %s", load);
    Random random = new Random(seed);
    Histogram nanos = Latencies.newHistogram();
    double[] freeAt = new double[servers];
    double now = 0;
    for (int i = 0; i < ARRIVALS; i++) {
      now += -Math.log(1 - random.nextDouble()) / perSecond;
      int first = firstFree(freeAt);
      freeAt[first] = Math.max(now, freeAt[first]) + serviceSeconds;
      nanos.recordValue(Math.round((freeAt[first] - now) * NANOS_PER_SECOND));
    }
    return nanos;
  }

  private static int firstFree(double[] freeAt) {
    double earliest = Arrays.stream(freeAt).min().orElseThrow();
    int index = 0;
    while (freeAt[index] > earliest) {
      index++;
    }
    return index;
  }
}
