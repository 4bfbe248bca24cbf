package dev.vgg16.feature.relay;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * How feature maps reach the heads.
 *
 * @param target {@code host:port}, {@code dns:///host:port} or {@code ipv4:address:port,...}; all
 *     addresses behind it are used
 * @param streams the most streams that are kept open to each of those addresses
 * @param maxStreamAge a stream is replaced after this time, as there may be several replicas behind
 *     an address
 * @param stallTimeout a stream that has unanswered requests and receives nothing for this long is
 *     aborted, and its requests are sent on another
 * @param timeout the longest wait for an answer, sending again included
 */
public record HeadClientOptions(
    String target, int streams, Duration maxStreamAge, Duration stallTimeout, Duration timeout) {
  public HeadClientOptions {
    checkArgument(!target.isBlank(), "--head-target must not be empty");
    checkArgument(
        !target.startsWith("xds:"),
        "--head-target can't be %s, as xDS is not supported: use dns:///HOST:PORT, whose addresses"
            + " are the replicas",
        target);
    checkArgument(streams > 0, "--head-streams must be at least 1, not %s", streams);
    checkArgument(
        maxStreamAge.toMillis() > 0,
        "--head-stream-age-ms must be positive, was %s",
        maxStreamAge.toMillis());
    checkArgument(
        stallTimeout.toMillis() > 0,
        "--head-stall-ms must be positive, was %s",
        stallTimeout.toMillis());
    checkArgument(
        timeout.toMillis() > 0, "--head-timeout-ms must be positive, was %s", timeout.toMillis());
  }
}
