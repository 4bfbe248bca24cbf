package dev.vgg16.service.outcome;

import com.google.common.base.Ticker;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call, from its headers to its end. Its status is the one that gRPC's own metrics count,
 * whoever ended the call: the service, a limit or the client. Thread-safe.
 */
final class LoggedCall extends ServerStreamTracer {

  private static final Context.Key<LoggedCall> KEY = Context.key("logged call");

  private static final Metadata.Key<String> USER_AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

  private static final int MAX_USER_AGENT = 128;

  private final String userAgent;
  private final Ticker clock;
  private final long begin;
  private final Consumer<EndedCall> log;
  private volatile CallOrigin origin;
  private volatile CallerIdentity caller = CallerIdentity.UNKNOWN;
  private volatile @Nullable ItemCounts items;

  /**
   * @param log gets the call at its end
   */
  LoggedCall(String method, Metadata headers, Ticker clock, Consumer<EndedCall> log) {
    this.origin = CallOrigin.of(method, headers);
    this.userAgent = UntrustedText.printable(headers.get(USER_AGENT), MAX_USER_AGENT);
    this.clock = clock;
    this.begin = clock.read();
    this.log = log;
  }

  /** The current call; empty if calls are not logged. */
  static Optional<LoggedCall> current() {
    return Optional.ofNullable(KEY.get());
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  /** The call's method exists. Its token is not checked yet. */
  void began(ServerCall<?, ?> call, Metadata headers) {
    origin = CallOrigin.of(call, headers);
    caller = CallerIdentity.ofConnection(call);
  }

  /**
   * The call's token is valid.
   *
   * @param token a name that does not reveal it
   */
  void authenticated(String token) {
    caller = caller.withToken(token);
  }

  /** The call is a stream whose items are counted. */
  void counts(ItemCounts counts) {
    items = counts;
  }

  @Override
  public void streamClosed(Status status) {
    log.accept(
        new EndedCall(
            origin,
            caller,
            userAgent,
            status,
            Duration.ofNanos(clock.read() - begin),
            Optional.ofNullable(items).map(ItemCounts::snapshot)));
  }
}
