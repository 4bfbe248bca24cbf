package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Status;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

class JulBridgeTest {

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    ROOT.addAppender(lines);
    JulBridge.install();
    JulBridge.install();
  }

  @AfterEach
  void stopListening() {
    ROOT.detachAppender(lines);
    SLF4JBridgeHandler.uninstall();
  }

  @Test
  void libraryLogsAreForwardedOnce() {
    log("io.grpc.internal.SerializingExecutor", Level.SEVERE);
    assertThat(lines.list)
        .singleElement()
        .satisfies(line -> assertThat(line.getFormattedMessage()).isEqualTo("it happened"));
  }

  @Test
  void eventsThatAnyClientCanCauseAreDropped() {
    log("io.grpc.netty.NettyServerTransport", Level.INFO);
    log("io.grpc.netty.NettyServerStream", Level.WARNING);
    String handlers = "io.netty.handler.";
    LoggerFactory.getLogger(handlers + "codec.http2.DefaultHttp2ConnectionDecoder").info("frame");
    LoggerFactory.getLogger(handlers + "ssl.SslHandler").warn("handshake");
    assertThat(lines.list).isEmpty();
  }

  @Test
  void failuresToParseAMessageAreDropped() {
    java.util.logging.Logger.getLogger("io.grpc.internal.SerializingExecutor")
        .log(Level.SEVERE, "it happened", Status.CANCELLED.asRuntimeException());
    assertThat(lines.list).isEmpty();
  }

  private static void log(String logger, Level level) {
    java.util.logging.Logger.getLogger(logger).log(level, "it happened", new Exception("why"));
  }
}
