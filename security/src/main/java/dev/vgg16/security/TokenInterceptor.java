package dev.vgg16.security;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Refuses calls without a token of the required role, and sets {@link CallerToken}. */
final class TokenInterceptor implements ServerInterceptor {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final TokenCheck check;

  TokenInterceptor(TokenCheck check) {
    this.check = check;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    @Nullable String authorization = headers.get(AUTHORIZATION);
    Optional<Tokens.Known> token = check.accepted(authorization);
    if (token.isPresent()) {
      return Contexts.interceptCall(
          CallerToken.set(Context.current(), token.get()), call, headers, next);
    }
    call.close(check.refusal(authorization).orElseThrow(), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
