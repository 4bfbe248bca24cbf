package dev.vgg16.standalone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What is printed when both services serve. */
final class Suggestions {

  private Suggestions() {}

  /**
   * A line each, with an end.
   *
   * @param httpPort 0: there is no HTTP
   */
  static String of(String port, String httpPort) {
    Map<String, String> lines = new LinkedHashMap<>();
    if (!httpPort.equals("0")) {
      String address = "http://localhost:%s/".formatted(httpPort);
      lines.put(address, "in a browser");
      lines.put("curl --data-binary @PHOTO.jpg %sv1/classify".formatted(address), "the scores");
    }
    lines.put("grpcurl -plaintext localhost:%s list".formatted(port), "the gRPC services");
    int width = lines.keySet().stream().mapToInt(String::length).max().orElseThrow();
    return lines.entrySet().stream()
        .map(it -> "  %s   %s\n".formatted(pad(it.getKey(), width), it.getValue()))
        .collect(Collectors.joining("", "What to try next, until Ctrl-C:\n", ""));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
