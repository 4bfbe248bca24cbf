package dev.vgg16.bench.load;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The load generator ghz: callers that wait for the response before their next call. */
public final class Ghz {

  private final Path binary;

  public Ghz(Path binary) {
    if (!Files.isExecutable(binary)) {
      throw new IllegalArgumentException(
          "--ghz %s: there is no such program: run `bench/tools.sh ghz`".formatted(binary));
    }
    this.binary = binary;
  }

  /**
   * Calls Classify for a duration.
   *
   * @param requests what {@link Photos#writeRequests} wrote
   * @throws IllegalStateException when a response was not OK
   */
  GhzReport classify(String target, Path requests, int inFlight, int connections, Duration length)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("ghz-", ".json");
    try {
      Process ghz =
          new ProcessBuilder(command(target, requests, inFlight, connections, length, out))
              .inheritIO()
              .start();
      if (ghz.waitFor() != 0) {
        throw new IllegalStateException("ghz ended with exit code " + ghz.exitValue());
      }
      try (Reader json = Files.newBufferedReader(out)) {
        return GhzReport.parse(json).requireAllOk();
      }
    } finally {
      Files.delete(out);
    }
  }

  private List<String> command(
      String target, Path requests, int inFlight, int connections, Duration length, Path out) {
    return List.of(
        binary.toString(),
        "--insecure",
        "--call=vgg16.v1.FeatureService.Classify",
        "--binary-file=" + requests,
        "--concurrency=" + inFlight,
        "--connections=" + connections,
        "--duration=" + length.toMillis() + "ms",
        "--duration-stop=wait",
        "--timeout=20s",
        "--format=json",
        "--output=" + out,
        target);
  }
}
