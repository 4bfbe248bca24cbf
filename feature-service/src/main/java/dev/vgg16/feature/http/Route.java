package dev.vgg16.feature.http;

import java.util.Set;

/**
 * A path and what serves it.
 *
 * @param path exact, or a prefix that ends with {@code /*}
 * @param methods of HTTP; GET includes HEAD
 * @param open whether it needs no token
 */
public record Route(String path, Set<String> methods, boolean open, Endpoint endpoint) {

  /** Reads with GET; needs a token if tokens are required. */
  public static Route get(String path, Endpoint endpoint) {
    return new Route(path, Set.of("GET", "HEAD"), false, endpoint);
  }

  /** Works with POST; needs a token if tokens are required. */
  public static Route post(String path, Endpoint endpoint) {
    return new Route(path, Set.of("POST"), false, endpoint);
  }

  /** The same without a token. */
  public Route withoutToken() {
    return new Route(path, methods, true, endpoint);
  }
}
