package dev.vgg16.feature.http;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;

/**
 * Options of the HTTP port.
 *
 * @param host the address to listen on; {@code 0.0.0.0} for all
 * @param port 0: off
 * @param maxBodyBytes the most bytes of a request's body
 * @param origins of pages of other hosts that may call it, such as {@code https://example.org};
 *     {@code *}: all
 * @param console whether it serves the console
 */
public record HttpOptions(
    String host, int port, long maxBodyBytes, List<String> origins, boolean console) {

  /** Bodies of the largest size that may be in memory at a time; as much for responses. */
  static final int BODIES = 2;

  /** Times the largest body: those in memory, a copy of each in another form, and responses. */
  public static final int MEMORY = 3 * BODIES;

  public HttpOptions {
    checkArgument(!host.isBlank(), "--http-host must not be empty");
    checkArgument(port >= 0 && port <= 65535, "--http-port must be 0 to 65535, not %s", port);
    checkArgument(
        maxBodyBytes > 0 && maxBodyBytes <= Integer.MAX_VALUE,
        "--http-max-body-bytes must be 1 to %s, not %s",
        Integer.MAX_VALUE,
        maxBodyBytes);
    for (String origin : origins) {
      checkArgument(
          origin.equals("*") || origin.matches("https?://[^/*\\s]+"),
          "--http-cors-origin must be like https://example.org, or *, not %s",
          origin);
    }
    origins = List.copyOf(origins);
  }

  /** Whether the port is on. */
  public boolean isOn() {
    return port != 0;
  }
}
