package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.vgg16.security.Role;
import dev.vgg16.security.ServerSecurityOptions;
import dev.vgg16.service.outcome.LoggedEvents;
import dev.vgg16.service.outcome.RequestLog;
import dev.vgg16.service.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server on loopback, a connection to it, and the lines of its calls. */
final class LoggedServer implements AutoCloseable {

  static final int MAX_MESSAGE = 1 << 20;

  static final BindableService ECHO =
      TextService.unary(
          (request, out) -> {
            out.onNext(request);
            out.onCompleted();
          });

  private final LoggedEvents events = new LoggedEvents(RequestLog.class);
  private final GrpcServer server;
  private final ManagedChannel channel;

  private LoggedServer(GrpcServerOptions options, BindableService service) throws IOException {
    server = new GrpcServer(options, new OpenStreams(), Telemetry.none().grpc(), List.of(service));
    server.start();
    server.serving();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  static LoggedServer start(BindableService service) throws IOException {
    return start(true, Optional.empty(), service);
  }

  static LoggedServer start(boolean logRequests, Optional<Path> tokens, BindableService service)
      throws IOException {
    return new LoggedServer(
        new GrpcServerOptions(
            "127.0.0.1",
            0,
            MAX_MESSAGE,
            2,
            Duration.ZERO,
            Duration.ofSeconds(60),
            new ServerSecurityOptions(Optional.empty(), Optional.empty(), tokens, true),
            Role.CALL,
            true,
            true,
            0,
            GrpcServerOptions.CONNECTION_AGE,
            logRequests),
        service);
  }

  ManagedChannel channel() {
    return channel;
  }

  /** The connection, for calls with a header. */
  Channel with(String header, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static String call(Channel channel, String text) {
    return ClientCalls.blockingUnaryCall(
        channel,
        TextService.UNARY,
        CallOptions.DEFAULT.withDeadlineAfter(120, TimeUnit.SECONDS),
        text);
  }

  static void fail(Channel channel, String text, Code code) {
    assertThat(
            catchThrowableOfType(StatusRuntimeException.class, () -> call(channel, text))
                .getStatus()
                .getCode())
        .isEqualTo(code);
  }

  /** Waits for the next line. */
  ILoggingEvent next() throws InterruptedException {
    return events.next();
  }

  /** Waits for the next line, and returns its fields. */
  Map<String, Object> nextFields() throws InterruptedException {
    return LoggedEvents.fields(events.next());
  }

  /** The lines that were not taken yet. */
  List<ILoggingEvent> others() {
    return events.others();
  }

  /** Waits for the calls to end. */
  void stop() {
    server.stop();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.stop();
    events.close();
  }
}
