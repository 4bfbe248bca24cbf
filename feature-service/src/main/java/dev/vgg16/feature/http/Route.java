package dev.vgg16.feature.http;

import java.util.Set;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;

/**
 * A path and what serves it.
 *
 * @param path exact, or a prefix that ends with {@code /*}, or with parameters such as {@code
 *     {name}}; {@code /} is the root alone
 * @param methods of HTTP; GET includes HEAD
 * @param open whether it needs no token
 * @param errors how failures are told
 */
public record Route(
    String path, Set<String> methods, boolean open, ErrorFormat errors, Endpoint endpoint) {

  /** Reads with GET; needs a token if tokens are required; tells failures as problem details. */
  public static Route get(String path, Endpoint endpoint) {
    return new Route(path, Set.of("GET", "HEAD"), false, ErrorFormat.PROBLEM_DETAILS, endpoint);
  }

  /** Works with POST; otherwise the same. */
  public static Route post(String path, Endpoint endpoint) {
    return new Route(path, Set.of("POST"), false, ErrorFormat.PROBLEM_DETAILS, endpoint);
  }

  /** The same without a token. */
  public Route withoutToken() {
    return new Route(path, methods, true, errors, endpoint);
  }

  /** The same with failures in another form. */
  public Route with(ErrorFormat format) {
    return new Route(path, methods, open, format, endpoint);
  }

  /** What matches the path. */
  PathSpec spec() {
    if (path.contains("{")) {
      return new UriTemplatePathSpec(path);
    }
    // A slash of servlets stands for every path that no other one has.
    return PathSpec.from(path.equals("/") ? "" : path);
  }
}
