package dev.vgg16.bench.load;

import dev.vgg16.bench.process.BatchCount;
import dev.vgg16.bench.process.CpuTime;
import dev.vgg16.bench.process.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A closed loop of ghz's calls to the services.
 *
 * @param inFlight images in flight at a time
 * @param connections over which they are spread
 */
public record ClosedLoop(Ghz ghz, Services services, int inFlight, int connections) {

  private static final double MILLIS_PER_SECOND = 1e3;

  /**
   * The result of a round.
   *
   * @param p50Millis the median latency
   * @param cpuMillis processor time per image
   * @param meanBatch images per run of the backbone
   */
  public record Round(
      double imagesPerSecond, double p50Millis, CpuMillis cpuMillis, double meanBatch) {}

  /** Processor time per image, in milliseconds, of each process. */
  public record CpuMillis(double feature, double head, double ghz) {

    /** Of both services. */
    public double services() {
      return feature + head;
    }
  }

  /**
   * Runs for a duration.
   *
   * @throws IllegalStateException when a response was not OK
   */
  public Round run(Path requests, Duration length) throws IOException, InterruptedException {
    Services.Cpu cpu = services.cpu();
    double clients = CpuTime.endedChildrenSeconds();
    BatchCount batches = services.batches();
    GhzReport report =
        ghz.classify(services.featureTarget(), requests, inFlight, connections, length);
    Services.Cpu used = services.cpu();
    double perImage = MILLIS_PER_SECOND / report.count();
    return new Round(
        report.rps(),
        report.latencyMillis(50),
        new CpuMillis(
            (used.feature() - cpu.feature()) * perImage,
            (used.head() - cpu.head()) * perImage,
            (CpuTime.endedChildrenSeconds() - clients) * perImage),
        services.batches().meanSizeSince(batches));
  }
}
