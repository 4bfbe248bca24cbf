package dev.vgg16.head;

import com.google.common.collect.MapMaker;
import dev.vgg16.head.novelty.Drift;
import dev.vgg16.head.novelty.NormalizedFeatures;
import dev.vgg16.head.novelty.TrainingFeatures;
import dev.vgg16.head.scoring.BatchScorer.MapListener;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.inference.onnx.RowBuffer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * How unlike their training images what the heads score is, as metrics, by head and version. Looks
 * at one of every so many maps, and at those heads alone whose manifests tell of the training's.
 */
public final class DriftMetrics implements MapListener {

  private final int sample;
  private final LongCounter sampled;
  private final LongCounter novel;
  private final Map<HeadManifest, Traffic> traffic = new MapMaker().weakKeys().makeMap();

  /** What came to one head. */
  private record Traffic(
      TrainingFeatures training, Drift drift, Attributes labels, AtomicLong maps) {

    static Traffic of(HeadManifest head) {
      TrainingFeatures training = head.features().orElseThrow();
      return new Traffic(
          training, new Drift(training), HeadMetrics.attributesOf(head), new AtomicLong());
    }
  }

  /**
   * @param loaded the heads that are loaded; of others there is no drift to show
   * @param sample how many maps a head scores for each one that is looked at
   */
  public DriftMetrics(Meter meter, Supplier<List<HeadManifest>> loaded, int sample) {
    this.sample = sample;
    sampled =
        meter
            .counterBuilder("vgg16.head.maps.sampled")
            .setDescription("Maps whose distance from the training's was measured")
            .build();
    novel =
        meter
            .counterBuilder("vgg16.head.maps.novel")
            .setDescription("Sampled maps that are farther than the head's threshold")
            .build();
    meter
        .gaugeBuilder("vgg16.head.drift")
        .setDescription(
            "Distance of the sampled maps' mean from the training's, in its standard deviations")
        .buildWithCallback(gauge -> loaded.get().forEach(head -> record(head, gauge)));
    loaded.get().stream().filter(DriftMetrics::isMeasured).forEach(this::traffic);
  }

  private static boolean isMeasured(HeadManifest head) {
    return head.features().isPresent();
  }

  private void record(HeadManifest head, ObservableDoubleMeasurement gauge) {
    if (isMeasured(head)) {
      Traffic of = traffic(head);
      of.drift().distance().ifPresent(distance -> gauge.record(distance, of.labels()));
    }
  }

  private Traffic traffic(HeadManifest head) {
    return traffic.computeIfAbsent(
        head,
        first -> {
          Traffic of = Traffic.of(first);
          // What has not happened yet is 0, not unknown.
          sampled.add(0, of.labels());
          novel.add(0, of.labels());
          return of;
        });
  }

  @Override
  public void scored(HeadManifest head, RowBuffer maps, int count) {
    if (!isMeasured(head)) {
      return;
    }
    Traffic of = traffic(head);
    long before = of.maps().getAndAdd(count);
    // The multiples of the sample's distance.
    for (int row = Math.floorMod(-before, sample); row < count; row += sample) {
      look(of, maps, row);
    }
  }

  private void look(Traffic of, RowBuffer maps, int row) {
    float[] features =
        NormalizedFeatures.of(maps.row(row).asFloatBuffer(), of.training().channels());
    float distance = of.training().distance(features);
    // A map of no numbers has no scores either, and would stay in the mean for good.
    if (Float.isFinite(distance) && of.drift().add(features)) {
      sampled.add(1, of.labels());
      novel.add(distance > of.training().threshold() ? 1 : 0, of.labels());
    }
  }
}
