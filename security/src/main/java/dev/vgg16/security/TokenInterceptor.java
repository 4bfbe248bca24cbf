package dev.vgg16.security;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Supplier;

/** Refuses calls without a token of the required role, and sets {@link CallerToken}. */
final class TokenInterceptor implements ServerInterceptor {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final String BEARER = "Bearer ";

  private final Supplier<Tokens> tokens;
  private final Role required;

  TokenInterceptor(Supplier<Tokens> tokens, Role required) {
    this.tokens = tokens;
    this.required = required;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<String> token = token(headers.get(AUTHORIZATION));
    Optional<Tokens.Known> known = token.flatMap(text -> tokens.get().find(text));
    if (known.isPresent() && known.get().role().includes(required)) {
      return Contexts.interceptCall(
          CallerToken.set(Context.current(), known.get()), call, headers, next);
    }
    call.close(refusal(token, known), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static Optional<String> token(String header) {
    // The scheme's name may be written in any case, RFC 9110.
    return header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Optional.empty()
        : Optional.of(header.substring(BEARER.length()).strip());
  }

  private static Status refusal(Optional<String> token, Optional<Tokens.Known> known) {
    if (token.isEmpty()) {
      return Status.UNAUTHENTICATED.withDescription(
          "a token is needed: send the metadata authorization: Bearer TOKEN");
    }
    return known.isEmpty()
        ? Status.UNAUTHENTICATED.withDescription("the token is not one of this service's")
        : Status.PERMISSION_DENIED.withDescription(
            "the token's role is call, and this needs one whose role is admin");
  }
}
