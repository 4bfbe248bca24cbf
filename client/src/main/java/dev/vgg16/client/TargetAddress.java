package dev.vgg16.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a target: HOST:PORT, or a gRPC target with a scheme. */
final class TargetAddress {

  private static final int LARGEST_PORT = 65_535;

  private static final Pattern URL = Pattern.compile("(?i)https?://([^/]*).*");
  private static final Pattern OTHER_SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*:[^0-9].*");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>\\[[0-9A-Fa-f:.%]+]|[^\\s:/\\[\\]]+):(?<port>\\d+)");

  private TargetAddress() {}

  /**
   * Checks a target.
   *
   * @throws IllegalArgumentException when it is malformed; the message suggests a valid one
   */
  static void check(String target) {
    Matcher url = URL.matcher(target);
    if (url.matches()) {
      throw invalid(target, url.group(1));
    }
    if (OTHER_SCHEME.matcher(target).matches()) {
      return;
    }
    Matcher parts = HOST_AND_PORT.matcher(target);
    if (!parts.matches()) {
      throw invalid(target, suggestion(target));
    }
    String port = parts.group("port");
    if (port.length() > 5 || Integer.parseInt(port) > LARGEST_PORT || Integer.parseInt(port) < 1) {
      throw new IllegalArgumentException(
          "'%s' is not an address: the port must be 1 to %d".formatted(target, LARGEST_PORT));
    }
  }

  private static IllegalArgumentException invalid(String target, String suggestion) {
    return new IllegalArgumentException(
        "'%s' is not an address: it must be HOST:PORT, such as %s".formatted(target, suggestion));
  }

  private static String suggestion(String target) {
    if (target.matches(":?\\d{1,5}")) {
      return "localhost:" + target.replace(":", "");
    }
    if (target.matches("[A-Za-z0-9._-]+:?")) {
      return target.replace(":", "") + ":50051";
    }
    return "localhost:50051";
  }
}
