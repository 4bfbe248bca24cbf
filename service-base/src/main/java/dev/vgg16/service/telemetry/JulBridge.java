package dev.vgg16.service.telemetry;

import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Forwards java.util.logging, which gRPC uses, to the log, without events that any client could
 * fill the disk with.
 */
public final class JulBridge {

  private static final String NETTY = "io.grpc.netty.";

  /** Strong references, since java.util.logging loses the levels of collected loggers. */
  private static final List<Logger> ABOUT_CLIENTS =
      List.of(
          // An event for each aborted connection and each message over the limit.
          Logger.getLogger(NETTY + "NettyServerTransport"),
          Logger.getLogger(NETTY + "NettyServerStream"),
          Logger.getLogger(NETTY + "NettyServerHandler"));

  /** Logs failures to parse a message, among other exceptions. */
  private static final Logger CALLS = Logger.getLogger("io.grpc.internal.SerializingExecutor");

  private JulBridge() {}

  /** Installs the bridge. Idempotent. */
  public static synchronized void install() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
    ABOUT_CLIENTS.forEach(logger -> logger.setLevel(Level.SEVERE));
    CALLS.setFilter(event -> !(event.getThrown() instanceof StatusRuntimeException));
  }
}
