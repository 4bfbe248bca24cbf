package dev.vgg16.service.management;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The address of a {@link ManagementServer}.
 *
 * @param host the address; {@code 0.0.0.0} for all
 * @param port 0: off
 */
public record ManagementOptions(String host, int port) {

  public ManagementOptions {
    checkArgument(!host.isBlank(), "--management-host must not be empty");
    checkArgument(port >= 0 && port <= 65535, "--management-port must be 0 to 65535, not %s", port);
  }

  /** Whether the server is on. */
  public boolean isOn() {
    return port != 0;
  }
}
