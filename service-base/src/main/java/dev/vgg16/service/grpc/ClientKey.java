package dev.vgg16.service.grpc;

import dev.vgg16.security.CallerToken;

/**
 * Identifies the client of a call, so that clients get equal shares: by its token if tokens are
 * required, otherwise by its connection, also of HTTP. Clients behind a proxy that share a
 * connection count as one, unless they have tokens.
 */
public final class ClientKey {

  private static final Object UNKNOWN = "unknown client";

  private ClientKey() {}

  /** The client of the current call; equal for calls of the same client. */
  public static Object current() {
    return CallerToken.current()
        .or(() -> InboundCall.current().flatMap(InboundCall::connection))
        .or(HttpCaller::current)
        .orElse(UNKNOWN);
  }
}
