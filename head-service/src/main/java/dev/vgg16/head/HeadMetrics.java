package dev.vgg16.head;

import com.google.common.collect.MapMaker;
import dev.vgg16.head.head.BatchScorer.ScoreListener;
import dev.vgg16.head.head.HeadManifest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What the heads do, as metrics, by head and version. */
final class HeadMetrics implements ScoreListener {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final List<Double> SECONDS =
      List.of(.00001, .00002, .00005, .0001, .0002, .0005, .001, .002, .005, .01, .1, 1.);
  private static final AttributeKey<String> HEAD = AttributeKey.stringKey("head");
  private static final AttributeKey<String> VERSION = AttributeKey.stringKey("version");

  private final LongCounter maps;
  private final DoubleHistogram seconds;
  // By identity, because a manifest's hash code goes through all its labels and layers.
  private final Map<HeadManifest, Attributes> attributes = new MapMaker().weakKeys().makeMap();

  /**
   * @param loaded how many heads are loaded
   */
  HeadMetrics(Meter meter, LongSupplier loaded) {
    meter
        .gaugeBuilder("vgg16.heads.loaded")
        .setDescription("Heads loaded, each version counted")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(loaded.getAsLong()));
    maps = meter.counterBuilder("vgg16.head.maps").setDescription("Maps scored").build();
    seconds =
        meter
            .histogramBuilder("vgg16.head.duration")
            .setDescription("One run of a head")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(SECONDS)
            .build();
  }

  @Override
  public void scored(HeadManifest head, int count, long nanos) {
    Attributes labels = attributes.computeIfAbsent(head, HeadMetrics::attributesOf);
    maps.add(count, labels);
    seconds.record(nanos / NANOS_PER_SECOND, labels);
  }

  static Attributes attributesOf(HeadManifest head) {
    return Attributes.of(HEAD, head.name(), VERSION, Integer.toString(head.version()));
  }
}
