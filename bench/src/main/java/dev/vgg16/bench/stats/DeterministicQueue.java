package dev.vgg16.bench.stats;

import static com.google.common.base.Preconditions.checkArgument;

import org.HdrHistogram.Histogram;

/**
 * A queue with one server, which takes a constant time for each request, first come first served.
 * With Poisson arrivals it is M/D/1: what a service of that capacity can do at best without
 * batching, whoever wrote it.
 *
 * @param serviceSeconds how long a request takes
 */
public record DeterministicQueue(double serviceSeconds) {

  private static final double NANOS_PER_SECOND = 1e9;

  public DeterministicQueue {
    checkArgument(serviceSeconds > 0, "the service time must be positive, was %s", serviceSeconds);
  }

  /** The queue of a service that answers this many requests a second when it is never idle. */
  public static DeterministicQueue ofCapacity(double perSecond) {
    return new DeterministicQueue(1 / perSecond);
  }

  /**
   * What each of these arrivals would wait and be served, together.
   *
   * @param schedule nanoseconds from the start, ascending
   * @return nanoseconds
   */
  public Histogram latencies(long[] schedule) {
    Histogram latencies = Latencies.newHistogram();
    long service = Math.round(serviceSeconds * NANOS_PER_SECOND);
    long freeAt = 0;
    for (long arrival : schedule) {
      freeAt = Math.max(arrival, freeAt) + service;
      latencies.recordValue(freeAt - arrival);
    }
    return latencies;
  }
}
