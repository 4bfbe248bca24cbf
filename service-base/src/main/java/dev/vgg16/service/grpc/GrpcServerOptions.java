package dev.vgg16.service.grpc;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Ints;
import dev.vgg16.security.Role;
import dev.vgg16.security.ServerSecurityOptions;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;

/**
 * Options of a {@link GrpcServer}.
 *
 * @param host the address to listen on; {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param maxMessageBytes the most bytes of a request
 * @param threads of the services' methods
 * @param drainDelay how long to continue serving after the health is NOT_SERVING, so that load
 *     balancers notice
 * @param grace how long calls in flight may take after that
 * @param security certificates and tokens
 * @param role that a caller's token needs, if tokens are required
 * @param health whether to serve grpc.health.v1
 * @param reflection whether to serve server reflection
 * @param maxConnections at a time; 0: as many as memory and open files allow
 * @param maxConnectionAge at which clients are asked to connect again; zero: unlimited
 * @param logRequests whether to log each call
 */
public record GrpcServerOptions(
    String host,
    int port,
    int maxMessageBytes,
    int threads,
    Duration drainDelay,
    Duration grace,
    ServerSecurityOptions security,
    Role role,
    boolean health,
    boolean reflection,
    int maxConnections,
    Duration maxConnectionAge,
    boolean logRequests) {

  /** So that clients resolve the replicas again, and balancers of connections get new ones. */
  public static final Duration CONNECTION_AGE = Duration.ofMinutes(1);

  /** gRPC's own least. */
  private static final Duration LEAST_AGE = Duration.ofSeconds(1);

  /** The part of the direct memory for one window of each connection. */
  private static final int WINDOWS_PART = 4;

  /** Models, libraries, the log, and outgoing connections. */
  private static final int OTHER_FILES = 100;

  private static final int AT_LEAST = 16;

  /** Far more than any machine has use for; a mistyped number must not fill its memory. */
  private static final int MOST_THREADS = 1024;

  /** Without TLS and tokens, with health and reflection. */
  public GrpcServerOptions(
      String host,
      int port,
      int maxMessageBytes,
      int threads,
      Duration drainDelay,
      Duration grace) {
    this(
        host,
        port,
        maxMessageBytes,
        threads,
        drainDelay,
        grace,
        ServerSecurityOptions.OPEN,
        Role.CALL,
        true,
        true,
        0,
        CONNECTION_AGE,
        false);
  }

  /** The same with messages of at least so many bytes. */
  public GrpcServerOptions withMessagesOf(int bytes) {
    return new GrpcServerOptions(
        host,
        port,
        Math.max(maxMessageBytes, bytes),
        threads,
        drainDelay,
        grace,
        security,
        role,
        health,
        reflection,
        maxConnections,
        maxConnectionAge,
        logRequests);
  }

  public GrpcServerOptions {
    checkArgument(!host.isBlank(), "--host must not be empty");
    checkArgument(port >= 0 && port <= 65535, "--port must be 0 to 65535, not %s", port);
    checkArgument(maxMessageBytes > 0, "the message limit must be positive");
    checkArgument(
        threads > 0 && threads <= MOST_THREADS,
        "--threads must be 1 to %s, not %s",
        MOST_THREADS,
        threads);
    checkArgument(
        !drainDelay.isNegative(),
        "--drain-delay-ms must not be negative, was %s",
        drainDelay.toMillis());
    checkArgument(!grace.isNegative(), "--grace-ms must not be negative, was %s", grace.toMillis());
    checkArgument(
        maxConnections >= 0, "--max-connections must not be negative, was %s", maxConnections);
    checkArgument(
        maxConnectionAge.isZero() || maxConnectionAge.compareTo(LEAST_AGE) >= 0,
        "--max-connection-age-ms must be 0, which is no limit, or at least %s, not %s",
        LEAST_AGE.toMillis(),
        maxConnectionAge.toMillis());
  }

  /** The most connections: the option, or as many as memory and open files allow. */
  int connectionLimit() {
    if (maxConnections > 0) {
      return maxConnections;
    }
    long byMemory = PlatformDependent.maxDirectMemory() / WINDOWS_PART / TransportLimits.WINDOW;
    return Ints.saturatedCast(
        Math.max(AT_LEAST, Math.min(byMemory, OpenFiles.most() - OTHER_FILES)));
  }
}
