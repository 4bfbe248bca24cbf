package dev.vgg16.head;

import com.google.common.collect.MapMaker;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.HeadManifest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Metrics of scoring, by head and version. */
final class HeadMetrics implements ScoreListener {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final List<Double> DURATION_BUCKETS =
      List.of(.00001, .00002, .00005, .0001, .0002, .0005, .001, .002, .005, .01, .1, 1.);
  private static final AttributeKey<String> HEAD = AttributeKey.stringKey("head");
  private static final AttributeKey<String> VERSION = AttributeKey.stringKey("version");

  private final Runnable step;
  private final LongCounter maps;
  private final DoubleHistogram seconds;
  // By identity: a manifest's hash code goes through all its labels and layers.
  private final Map<HeadManifest, Attributes> attributes = new MapMaker().weakKeys().makeMap();

  /**
   * @param loaded the heads that are loaded
   * @param step runs after each run of a head and each heat map, on the thread that did it
   */
  HeadMetrics(Meter meter, Supplier<List<HeadManifest>> loaded, Runnable step) {
    this.step = step;
    meter
        .gaugeBuilder("vgg16.heads.loaded")
        .setDescription("Heads loaded, each version counted")
        .ofLongs()
        .buildWithCallback(gauge -> gauge.record(countFromZero(loaded.get())));
    maps = meter.counterBuilder("vgg16.head.maps").setDescription("Maps scored").build();
    seconds =
        meter
            .histogramBuilder("vgg16.head.duration")
            .setDescription("One run of a head")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(DURATION_BUCKETS)
            .build();
    countFromZero(loaded.get());
  }

  /** So that what a head has not scored yet is 0, not unknown. Returns how many heads there are. */
  private int countFromZero(List<HeadManifest> loaded) {
    loaded.forEach(this::labels);
    return loaded.size();
  }

  private Attributes labels(HeadManifest head) {
    return attributes.computeIfAbsent(
        head,
        first -> {
          Attributes labels = attributesOf(first);
          maps.add(0, labels);
          return labels;
        });
  }

  @Override
  public void scored(HeadManifest head, int count, long nanos) {
    Attributes labels = labels(head);
    maps.add(count, labels);
    seconds.record(nanos / NANOS_PER_SECOND, labels);
    step.run();
  }

  @Override
  public void optionalOutputsAdded() {
    step.run();
  }

  static Attributes attributesOf(HeadManifest head) {
    return Attributes.of(HEAD, head.name(), VERSION, Integer.toString(head.version()));
  }
}
