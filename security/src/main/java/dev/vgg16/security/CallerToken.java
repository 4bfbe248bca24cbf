package dev.vgg16.security;

import io.grpc.Context;
import java.util.Optional;

/** The token of the current call. */
public final class CallerToken {

  private static final Context.Key<Object> KEY = Context.key("token");

  private CallerToken() {}

  /**
   * A key that is equal for calls with the same token and does not reveal it; empty if no token is
   * required.
   */
  public static Optional<Object> current() {
    return Optional.ofNullable(KEY.get());
  }

  static Context set(Context context, Tokens.Known token) {
    return context.withValue(KEY, token.digest());
  }
}
