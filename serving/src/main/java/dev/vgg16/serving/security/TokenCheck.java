package dev.vgg16.serving.security;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Supplier;

/** Lets calls pass that bring a token which is good for them. */
final class TokenCheck implements ServerInterceptor {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final String BEARER = "Bearer ";

  private final Supplier<Tokens> tokens;
  private final Role needed;

  TokenCheck(Supplier<Tokens> tokens, Role needed) {
    this.tokens = tokens;
    this.needed = needed;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Status refusal = refusal(headers.get(AUTHORIZATION));
    if (refusal.isOk()) {
      return next.startCall(call, headers);
    }
    call.close(refusal, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private Status refusal(String header) {
    // The scheme's name may be written in any case, RFC 9110.
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Status.UNAUTHENTICATED.withDescription(
          "a token is needed: send the metadata authorization: Bearer TOKEN");
    }
    Optional<Role> role = tokens.get().roleOf(header.substring(BEARER.length()).strip());
    if (role.isEmpty()) {
      return Status.UNAUTHENTICATED.withDescription("the token is not one of this service's");
    }
    return role.get().includes(needed)
        ? Status.OK
        : Status.PERMISSION_DENIED.withDescription(
            "the token's role is call, and this needs one whose role is admin");
  }
}
