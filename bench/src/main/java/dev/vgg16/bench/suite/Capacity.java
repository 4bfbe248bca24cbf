package dev.vgg16.bench.suite;

import dev.vgg16.bench.load.ClosedLoop;
import dev.vgg16.bench.load.Photos;
import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.stats.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The throughput of the service under a closed loop, in images per second. */
final class Capacity {

  private Capacity() {}

  /** Warms the service up, and measures its capacity. */
  static Series measure(LoadOptions load, Services services, Photos photos)
      throws IOException, InterruptedException {
    ClosedLoop service = load.closedLoop(services);
    Path requests = photos.writeRequests(List.of());
    RoundOptions rounds = load.rounds();
    service.run(requests, rounds.warmup());
    List<ClosedLoop.Round> measured = new ArrayList<>();
    for (int round = 0; round < rounds.count(); round++) {
      measured.add(service.run(requests, rounds.length()));
    }
    return Series.of(measured, ClosedLoop.Round::imagesPerSecond);
  }
}
