package dev.vgg16.standalone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is printed when both services serve. */
final class Suggestions {

  /** Addresses that localhost reaches. */
  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "0.0.0.0", "::");

  private Suggestions() {}

  /** A line each, with an end. What needs more than an address, such as a token, has none. */
  static String of(ServiceVariables variables) {
    Map<String, String> lines = lines(variables);
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    return lines.isEmpty()
        ? ""
        : lines.entrySet().stream()
            .map(it -> "  %s   %s\n".formatted(pad(it.getKey(), width), it.getValue()))
            .collect(Collectors.joining("", "What to try next, until Ctrl-C:\n", ""));
  }

  private static Map<String, String> lines(ServiceVariables variables) {
    Map<String, String> lines = new LinkedHashMap<>();
    if (!value(variables, "TLS_CERT", "").isEmpty()
        || !value(variables, "AUTH_TOKENS", "").isEmpty()) {
      return lines;
    }
    String host = value(variables, "HOST", "127.0.0.1");
    String httpPort = value(variables, "HTTP_PORT", "8080");
    if (isReached(value(variables, "HTTP_HOST", host), httpPort)) {
      String address = "http://localhost:%s/".formatted(httpPort);
      if (!isOn(variables, "NO_CONSOLE")) {
        lines.put(address, "in a browser");
      }
      lines.put("curl --data-binary @PHOTO.jpg %sv1/classify".formatted(address), "the scores");
    }
    String port = value(variables, "PORT", "50051");
    if (isReached(host, port) && !isOn(variables, "NO_REFLECTION")) {
      lines.put("grpcurl -plaintext localhost:%s list".formatted(port), "the gRPC services");
    }
    return lines;
  }

  private static String value(ServiceVariables variables, String name, String otherwise) {
    return variables.get("FEATURE_SERVICE_" + name, otherwise);
  }

  private static boolean isOn(ServiceVariables variables, String name) {
    return value(variables, name, "false").equalsIgnoreCase("true");
  }

  /** Whether by localhost. Port 0 is any that is free for gRPC, and none for HTTP. */
  private static boolean isReached(String host, String port) {
    return LOCAL.contains(host) && port.matches("[1-9][0-9]*");
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
