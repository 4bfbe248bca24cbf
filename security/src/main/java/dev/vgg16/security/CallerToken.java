package dev.vgg16.security;

import com.google.common.hash.HashCode;
import io.grpc.Context;
import java.util.Optional;

/** The token of the current call. */
public final class CallerToken {

  private static final Context.Key<HashCode> KEY = Context.key("token");

  /** Enough to tell the tokens of a file apart. */
  private static final int NAME_LENGTH = 8;

  private CallerToken() {}

  /**
   * A key that is equal for calls with the same token and does not reveal it; empty if no token is
   * required.
   */
  public static Optional<Object> current() {
    return Optional.ofNullable(KEY.get());
  }

  /**
   * A name of the token for logs: the first 8 hexadecimal digits of its SHA-256. Empty if no token
   * is required.
   */
  public static Optional<String> name() {
    return Optional.ofNullable(KEY.get())
        .map(digest -> digest.toString().substring(0, NAME_LENGTH));
  }

  static Context set(Context context, Tokens.Known token) {
    return context.withValue(KEY, token.digest());
  }
}
