package dev.vgg16.bench.stats;

import static com.google.common.base.Preconditions.checkArgument;

import org.HdrHistogram.Histogram;

/**
 * A first-come-first-served queue with one server and a constant service time. With Poisson
 * arrivals it is M/D/1: the best latencies that a service of that capacity can have without
 * batching.
 *
 * @param serviceSeconds the service time
 */
public record DeterministicQueue(double serviceSeconds) {

  private static final double NANOS_PER_SECOND = 1e9;

  public DeterministicQueue {
    checkArgument(serviceSeconds > 0, "the service time must be positive, was %s", serviceSeconds);
  }

  /** The queue of a service with this capacity in requests per second. */
  public static DeterministicQueue ofCapacity(double perSecond) {
    return new DeterministicQueue(1 / perSecond);
  }

  /**
   * The sojourn time (waiting and service) of each arrival.
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
