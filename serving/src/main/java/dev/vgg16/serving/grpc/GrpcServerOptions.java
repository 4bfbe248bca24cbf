package dev.vgg16.serving.grpc;

import static com.google.common.base.Preconditions.checkArgument;

import java.time.Duration;

/**
 * How a {@link GrpcServer} listens and stops.
 *
 * @param host the address to listen on; {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param maxMessageBytes a larger message ends its call
 * @param threads threads that run the services' methods
 * @param drainDelay how long to go on serving after health says NOT_SERVING, so that load balancers
 *     can see it
 * @param grace how long calls may take to finish after that
 */
public record GrpcServerOptions(
    String host, int port, int maxMessageBytes, int threads, Duration drainDelay, Duration grace) {

  public GrpcServerOptions {
    checkArgument(!host.isBlank(), "host must not be empty");
    checkArgument(port >= 0 && port <= 65535, "port must be 0 to 65535, not %s", port);
    checkArgument(maxMessageBytes > 0, "the message limit must be positive");
    checkArgument(threads > 0, "threads must be at least 1, not %s", threads);
    checkArgument(!drainDelay.isNegative(), "drain-delay must not be negative, was %s", drainDelay);
    checkArgument(!grace.isNegative(), "grace must not be negative, was %s", grace);
  }
}
