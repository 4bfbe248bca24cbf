package dev.vgg16.service.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.google.common.base.Ticker;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of calls, without a server and with a clock that stands still. */
class RequestLogTest {

  private static final String METHOD = "vgg16.v1.FeatureService/Classify";

  private final AtomicLong nanos = new AtomicLong(-5_000_000);
  private final RequestLog log =
      new RequestLog(
          new Ticker() {
            @Override
            public long read() {
              return nanos.get();
            }
          });
  private final LoggedEvents events = new LoggedEvents(RequestLog.class);

  @AfterEach
  void close() {
    events.close();
  }

  private static Metadata headers(String... namesAndValues) {
    Metadata headers = new Metadata();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(
          Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER),
          namesAndValues[i + 1]);
    }
    return headers;
  }

  private ILoggingEvent end(ServerStreamTracer call, Duration after, Status status)
      throws InterruptedException {
    nanos.addAndGet(after.toNanos());
    call.streamClosed(status);
    return events.next();
  }

  @Test
  void aLineHasMethodStatusAndDuration() throws Exception {
    ServerStreamTracer call = log.newServerStreamTracer(METHOD, headers());
    ILoggingEvent line = end(call, Duration.ofNanos(12_345_678), Status.OK);
    assertThat(line.getFormattedMessage()).isEqualTo(METHOD + " of an unknown peer: OK, 12.345 ms");
    assertThat(LoggedEvents.fields(line))
        .containsOnly(
            entry("rpc.method", METHOD),
            entry("rpc.response.status_code", "OK"),
            entry("vgg16.duration_ms", 12.345));
  }

  @Test
  void aLineHasWhatTheClientSays() throws Exception {
    ServerStreamTracer call =
        log.newServerStreamTracer(
            METHOD, headers("x-request-id", "r-1", "user-agent", "grpc-go/1.70 (linux)"));
    ILoggingEvent line =
        end(call, Duration.ZERO, Status.INVALID_ARGUMENT.withDescription("image: is empty"));
    assertThat(line.getFormattedMessage())
        .endsWith(
            ": INVALID_ARGUMENT, 0.0 ms, request 'r-1', agent 'grpc-go/1.70 (linux)'; image: is"
                + " empty");
    assertThat(LoggedEvents.fields(line))
        .contains(
            entry("vgg16.request_id", "r-1"),
            entry("user_agent.original", "grpc-go/1.70 (linux)"),
            entry("error.message", "image: is empty"));
  }

  @ParameterizedTest
  @CsvSource({"abc-1_2.3, abc-1_2.3", "a' b\"c\\, a_ b_c_", "x\u001b[2J\u007fy, x_[2J_y"})
  void aRequestIdIsPrintable(String sent, String logged) throws Exception {
    ILoggingEvent line =
        end(
            log.newServerStreamTracer(METHOD, headers("x-request-id", sent)),
            Duration.ZERO,
            Status.OK);
    assertThat(LoggedEvents.fields(line)).containsEntry("vgg16.request_id", logged);
    assertThat(line.getFormattedMessage()).endsWith(", request '" + logged + "'");
  }

  @Test
  void aLineIsShort() throws Exception {
    String text = "x".repeat(1 << 20);
    ILoggingEvent line =
        end(
            log.newServerStreamTracer(text, headers("x-request-id", text, "user-agent", text)),
            Duration.ZERO,
            Status.UNIMPLEMENTED.withDescription("Method not found:\n" + text));
    assertThat(line.getFormattedMessage()).hasLineCount(1);
    assertThat(line.getFormattedMessage().length()).isLessThan(1_000);
    assertThat(LoggedEvents.fields(line).values())
        .allSatisfy(value -> assertThat(value.toString().length()).isLessThan(400));
  }

  /** The path of a call can be anything, also what looks like the rest of a line. */
  @ParameterizedTest
  @CsvSource({
    "'a.B/C of /10.0.0.9:4000: OK, 12.0 ms', a.B/C_of_/10.0.0.9_4000__OK__12.0_ms",
    "grpc.health.x/y, grpc.health.x/y",
    "grpc.reflection.v1.Other/Method, grpc.reflection.v1.Other/Method"
  })
  void anyPathHasItsLine(String path, String logged) throws Exception {
    ILoggingEvent line =
        end(log.newServerStreamTracer(path, headers()), Duration.ZERO, Status.UNIMPLEMENTED);
    assertThat(line.getFormattedMessage())
        .startsWith(logged + " of an unknown peer: UNIMPLEMENTED, ");
    assertThat(LoggedEvents.fields(line)).containsEntry("rpc.method", logged);
  }

  @Test
  void itemsWithoutAResponseHaveFailed() throws Exception {
    ServerStreamTracer call = log.newServerStreamTracer(METHOD, headers());
    ItemCounts items = new ItemCounts();
    Context context = call.filterContext(Context.ROOT);
    context.run(() -> LoggedCall.current().orElseThrow().counts(items));
    for (int i = 0; i < 6; i++) {
      items.received();
    }
    items.responded(true);
    items.responded(true);
    items.responded(true);
    items.responded(false);
    ILoggingEvent line = end(call, Duration.ofMillis(7), Status.CANCELLED);
    assertThat(line.getFormattedMessage()).endsWith(": CANCELLED, 7.0 ms, 3 items ok, 3 failed");
    assertThat(LoggedEvents.fields(line))
        .contains(entry("vgg16.items.ok", 3), entry("vgg16.items.failed", 3));
  }

  @Test
  void withoutALogThereIsNoCurrentCall() {
    assertThat(LoggedCall.current()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
      })
  void probesAreLoggedOnlyIfTheyAreRefused(String method) throws Exception {
    for (Status status : new Status[] {Status.OK, Status.CANCELLED, Status.NOT_FOUND}) {
      log.newServerStreamTracer(method, headers()).streamClosed(status);
    }
    for (Status status : new Status[] {Status.UNAUTHENTICATED, Status.PERMISSION_DENIED}) {
      ILoggingEvent line = end(log.newServerStreamTracer(method, headers()), Duration.ZERO, status);
      assertThat(LoggedEvents.fields(line))
          .contains(
              entry("rpc.method", method),
              entry("rpc.response.status_code", status.getCode().name()));
    }
    assertThat(events.others()).isEmpty();
  }
}
