package dev.vgg16.bench.replicas;

/** Seconds since the load began. */
public final class Clock {

  private static final double NANOS_PER_SECOND = 1e9;

  private final long begin = System.nanoTime();

  /** Starts now. */
  public Clock() {}

  public double seconds() {
    return (System.nanoTime() - begin) / NANOS_PER_SECOND;
  }

  /** The {@link System#nanoTime} of a time in nanoseconds since the load began. */
  long nanoTimeOf(long nanos) {
    return begin + nanos;
  }
}
