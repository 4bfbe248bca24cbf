package dev.vgg16.service.grpc;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * The age at which a stream is drained, so that its client opens the next one, at another replica
 * where there is a balancer. Each stream has an age of its own, up to a tenth less or more: those
 * that were opened together do not end together. Thread-safe.
 */
public final class StreamAge {

  /** With less, streams would do little else than end. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private static final double SPREAD = 0.1;

  /** Streams may have any age. */
  public static final StreamAge UNLIMITED = of(Duration.ZERO);

  private final Duration age;
  private final Ticker ticker;
  private final DoubleSupplier random;

  /**
   * @param age zero: unlimited
   * @param random 0 to 1
   */
  StreamAge(Duration age, Ticker ticker, DoubleSupplier random) {
    this.age = age;
    this.ticker = ticker;
    this.random = random;
  }

  /**
   * By the system's clock.
   *
   * @param age zero: unlimited
   * @throws IllegalArgumentException names the option
   */
  public static StreamAge of(Duration age) {
    checkArgument(
        age.isZero() || age.compareTo(LEAST) >= 0,
        "--max-stream-age-ms must be 0, which is no limit, or at least %s, not %s",
        LEAST.toMillis(),
        age.toMillis());
    return new StreamAge(
        age, Ticker.systemTicker(), () -> ThreadLocalRandom.current().nextDouble());
  }

  /** Whether streams are drained at an age. */
  public boolean isLimited() {
    return !age.isZero();
  }

  Duration age() {
    return age;
  }

  /** When a stream that begins now is drained; of no meaning if the age is unlimited. */
  long end() {
    if (!isLimited()) {
      return 0;
    }
    double factor = 1 + SPREAD * (2 * random.getAsDouble() - 1);
    return ticker.read() + (long) (age.toNanos() * factor);
  }

  /** Whether a stream with this {@link #end} is to be drained. */
  boolean isOver(long end) {
    return isLimited() && ticker.read() - end >= 0;
  }
}
