package dev.vgg16.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An NVIDIA GPU of this machine.
 *
 * @param name such as "NVIDIA H100 80GB HBM3"
 * @param driver its version
 */
public record Gpu(String name, String driver) {

  /** The first one; empty where nvidia-smi is not there or lists none. */
  static Optional<Gpu> detect() {
    try {
      Process smi =
          new ProcessBuilder(
                  "nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
              .redirectErrorStream(true)
              .start();
      smi.getOutputStream().close();
      String lines = new String(smi.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return smi.waitFor() == 0 ? parse(lines) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The first line that has a name and a driver. */
  static Optional<Gpu> parse(String csv) {
    return csv.lines()
        .map(line -> line.split(",", -1))
        .filter(fields -> fields.length == 2)
        .map(fields -> new Gpu(fields[0].strip(), fields[1].strip()))
        .findFirst();
  }

  @Override
  public String toString() {
    return "%s (driver %s)".formatted(name, driver);
  }
}
