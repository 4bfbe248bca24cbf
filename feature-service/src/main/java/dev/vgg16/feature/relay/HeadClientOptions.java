package dev.vgg16.feature.relay;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * How feature maps reach the heads.
 *
 * @param target {@code host:port} or {@code dns:///host:port}; all addresses behind the name are
 *     used
 * @param streams how many streams are kept open, spread over those addresses
 * @param maxStreamAge a stream is replaced after this time, so that new replicas get their share
 * @param stallTimeout a stream on which requests wait and nothing was answered for this long is
 *     given up, and what waits is sent on another
 * @param timeout the longest wait for an answer, sending again included
 */
public record HeadClientOptions(
    String target, int streams, Duration maxStreamAge, Duration stallTimeout, Duration timeout) {
  public HeadClientOptions {
    checkArgument(!target.isBlank(), "head-target must not be empty");
    checkArgument(streams > 0, "head-streams must be at least 1, not %s", streams);
    checkArgument(
        maxStreamAge.toMillis() > 0, "head-stream-age must be positive, was %s", maxStreamAge);
    checkArgument(stallTimeout.toMillis() > 0, "head-stall must be positive, was %s", stallTimeout);
    checkArgument(timeout.toMillis() > 0, "head-timeout must be positive, was %s", timeout);
  }
}
