package dev.vgg16.feature.cache;

import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;

/** The cache's metrics. */
public final class CacheMetrics implements CacheListener {

  private final LongCounter hits;
  private final LongCounter joined;
  private final LongCounter misses;
  private final LongCounter refused;

  /**
   * @param maps whose size is measured
   */
  public CacheMetrics(Meter meter, MapStore maps) {
    hits = counter(meter, "vgg16.cache.hits", "Images whose map was in the cache");
    joined =
        counter(meter, "vgg16.cache.joined", "Images that waited for the map of the same image");
    misses = counter(meter, "vgg16.cache.misses", "Images whose map had to be computed");
    refused =
        counter(
            meter,
            "vgg16.cache.refused",
            "Images refused because too many hits and waiters had no answer yet");
    var unusedEntries =
        meter
            .gaugeBuilder("vgg16.cache.entries")
            .setDescription("Maps in the cache")
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(maps.entries()));
    var unusedBytes =
        meter
            .gaugeBuilder("vgg16.cache.bytes")
            .setDescription("Memory that the maps in the cache take")
            .setUnit("By")
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(maps.bytes()));
  }

  private static LongCounter counter(Meter meter, String name, String description) {
    LongCounter counter = meter.counterBuilder(name).setDescription(description).build();
    // Exports the counter as 0 before its first event.
    counter.add(0);
    return counter;
  }

  @Override
  public void hit() {
    hits.add(1);
  }

  @Override
  public void joined() {
    joined.add(1);
  }

  @Override
  public void missed() {
    misses.add(1);
  }

  @Override
  public void refused() {
    refused.add(1);
  }
}
