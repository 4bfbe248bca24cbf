package dev.vgg16.client;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * How items are sent.
 *
 * @param maxInFlight items sent and without a response at a time
 * @param timeout the longest wait for one response, resending included
 */
public record UploadOptions(int maxInFlight, Duration timeout) {

  /** 16 items in flight, 30 s for each. */
  public static final UploadOptions DEFAULT = new UploadOptions(16, Duration.ofSeconds(30));

  public UploadOptions {
    checkArgument(maxInFlight >= 1, "maxInFlight must be at least 1, not %s", maxInFlight);
    checkArgument(
        !timeout.isNegative() && !timeout.isZero(), "timeout must be positive, not %s", timeout);
  }
}
