package dev.vgg16.service.telemetry;

import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * What libraries write to java.util.logging, such as gRPC: it comes out in our log, one line an
 * event, and not at all where every client could fill the disk with it.
 */
public final class JulBridge {

  private static final String NETTY = "io.grpc.netty.shaded.io.grpc.netty.";

  /** Held here, since java.util.logging forgets the levels of loggers that nobody holds. */
  private static final List<Logger> ABOUT_CLIENTS =
      List.of(
          // Each connection that ends badly, and each message over the limit.
          Logger.getLogger(NETTY + "NettyServerTransport"),
          Logger.getLogger(NETTY + "NettyServerStream"),
          Logger.getLogger(NETTY + "NettyServerHandler"));

  /** Where gRPC tells, among defects, of each message that can't be read. */
  private static final Logger CALLS = Logger.getLogger("io.grpc.internal.SerializingExecutor");

  private JulBridge() {}

  /** Brings them into our log, once a process. */
  public static synchronized void install() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
    ABOUT_CLIENTS.forEach(logger -> logger.setLevel(Level.SEVERE));
    CALLS.setFilter(event -> !(event.getThrown() instanceof StatusRuntimeException));
  }
}
