package dev.vgg16.security;

import io.grpc.Context;
import java.util.Optional;

/** Whose the current call is, as far as its token says. */
public final class CallerToken {

  private static final Context.Key<Object> KEY = Context.key("token");

  private CallerToken() {}

  /**
   * Equal for calls with the same token, and nothing that could be used as one; empty where no
   * token is asked for.
   */
  public static Optional<Object> current() {
    return Optional.ofNullable(KEY.get());
  }

  static Context set(Context context, Tokens.Known token) {
    return context.withValue(KEY, token.digest());
  }
}
