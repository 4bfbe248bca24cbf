package dev.vgg16.service.grpc;

import dev.vgg16.security.CallerToken;

/**
 * Which client a call comes from, so that clients can be given equal shares: its token, where
 * tokens are asked for, or else its connection. A proxy that puts the calls of many clients on one
 * connection makes them one client, unless they have tokens.
 */
public final class ClientKey {

  private static final Object UNKNOWN = "unknown client";

  private ClientKey() {}

  /** That of the call that is served now; equal for calls of the same client. */
  public static Object current() {
    return CallerToken.current()
        .or(() -> InboundCall.current().flatMap(InboundCall::connection))
        .orElse(UNKNOWN);
  }
}
