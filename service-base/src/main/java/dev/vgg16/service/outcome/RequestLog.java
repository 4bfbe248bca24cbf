package dev.vgg16.service.outcome;

import com.google.common.base.Ticker;
import dev.vgg16.security.CallerToken;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status.Code;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each call of a server at its end, in one line. Calls of health and reflection are logged
 * only when they are refused for their token: probes would fill the log.
 */
public final class RequestLog extends ServerStreamTracer.Factory {

  private static final Logger logger = LoggerFactory.getLogger(RequestLog.class);

  private static final Set<String> BUILT_IN =
      Set.of(
          "grpc.health.v1.Health",
          "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection");

  private final Ticker clock;

  /**
   * @param clock measures how long calls take
   */
  public RequestLog(Ticker clock) {
    this.clock = clock;
  }

  /**
   * Logs the calls of a server. Interceptors that are added to the builder later are called
   * earlier; that of the spans must be.
   */
  public void watch(ServerBuilder<?> builder) {
    builder.addStreamTracerFactory(this).intercept(new Beginning());
  }

  /** Notes the token of a call; to be called after the token was checked. */
  public static ServerInterceptor authenticatedCallers() {
    return new AuthenticatedCallers();
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new LoggedCall(method, headers, clock, RequestLog::log);
  }

  private static void log(EndedCall call) {
    if (!isBuiltIn(call.origin().method()) || isRefused(call.status().getCode())) {
      call.log(new LogFields(logger));
    }
  }

  private static boolean isBuiltIn(String method) {
    return BUILT_IN.contains(String.valueOf(MethodDescriptor.extractFullServiceName(method)));
  }

  private static boolean isRefused(Code code) {
    return code == Code.UNAUTHENTICATED || code == Code.PERMISSION_DENIED;
  }

  private static final class Beginning implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      LoggedCall.current().ifPresent(logged -> logged.began(call, headers));
      return next.startCall(call, headers);
    }
  }

  private static final class AuthenticatedCallers implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      LoggedCall.current().ifPresent(logged -> CallerToken.name().ifPresent(logged::authenticated));
      return next.startCall(call, headers);
    }
  }
}
