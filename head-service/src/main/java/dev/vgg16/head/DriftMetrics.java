package dev.vgg16.head;

import com.google.common.collect.MapMaker;
import dev.vgg16.head.api.DriftReports;
import dev.vgg16.head.novelty.Drift;
import dev.vgg16.head.novelty.DriftReport;
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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Drift: how far the maps that a head scores lie from its training images, by head and version; as
 * metrics, and for descriptions of heads. Measures a sample of the maps, of heads whose manifests
 * have the statistics.
 */
public final class DriftMetrics implements MapListener, DriftReports {

  private final int sample;
  private final LongCounter sampled;
  private final LongCounter novel;
  private final Map<HeadManifest, Traffic> traffic = new MapMaker().weakKeys().makeMap();

  /** The maps of one head since the start. */
  private record Traffic(
      TrainingFeatures training,
      Drift drift,
      Attributes labels,
      AtomicLong maps,
      AtomicLong sampled,
      AtomicLong novel) {

    static Traffic of(HeadManifest head) {
      TrainingFeatures training = head.features().orElseThrow();
      return new Traffic(
          training,
          new Drift(training),
          HeadMetrics.attributesOf(head),
          new AtomicLong(),
          new AtomicLong(),
          new AtomicLong());
    }

    DriftReport report() {
      // A map is counted first: there are never more novel ones than there are.
      long far = novel.get();
      return new DriftReport(sampled.get(), far, drift.distance());
    }
  }

  /**
   * @param loaded the heads that are loaded; others are not exported
   * @param sample one in so many maps of a head is measured
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
    meter
        .gaugeBuilder("vgg16.head.expected.score")
        .setDescription("Mean score of the best class, of images held out from the training")
        .buildWithCallback(gauge -> loaded.get().forEach(head -> recordExpectedScore(head, gauge)));
    loaded.get().stream().filter(DriftMetrics::isMeasured).forEach(this::traffic);
  }

  private static boolean isMeasured(HeadManifest head) {
    return head.features().isPresent();
  }

  private void record(HeadManifest head, ObservableDoubleMeasurement gauge) {
    if (isMeasured(head)) {
      Traffic maps = traffic(head);
      maps.drift().distance().ifPresent(distance -> gauge.record(distance, maps.labels()));
    }
  }

  private static void recordExpectedScore(HeadManifest head, ObservableDoubleMeasurement gauge) {
    head.features()
        .flatMap(TrainingFeatures::expectedScore)
        .ifPresent(score -> gauge.record(score, HeadMetrics.attributesOf(head)));
  }

  private Traffic traffic(HeadManifest head) {
    return traffic.computeIfAbsent(
        head,
        first -> {
          Traffic none = Traffic.of(first);
          // What has not happened yet is 0, not unknown.
          sampled.add(0, none.labels());
          novel.add(0, none.labels());
          return none;
        });
  }

  @Override
  public void scored(HeadManifest head, RowBuffer maps, int count) {
    if (!isMeasured(head)) {
      return;
    }
    Traffic earlier = traffic(head);
    long before = earlier.maps().getAndAdd(count);
    // Those whose number is a multiple of the sample.
    for (int row = Math.floorMod(-before, sample); row < count; row += sample) {
      measure(earlier, maps, row);
    }
  }

  private void measure(Traffic earlier, RowBuffer maps, int row) {
    TrainingFeatures training = earlier.training();
    float[] features = NormalizedFeatures.of(maps.row(row).asFloatBuffer(), training.channels());
    float distance = training.distance(features);
    // A map with NaN gets no scores either, and the mean would be NaN from then on.
    if (Float.isFinite(distance) && earlier.drift().add(features)) {
      int far = distance > training.threshold() ? 1 : 0;
      earlier.sampled().addAndGet(1);
      earlier.novel().addAndGet(far);
      sampled.add(1, earlier.labels());
      novel.add(far, earlier.labels());
    }
  }

  @Override
  public Optional<DriftReport> of(HeadManifest head) {
    return isMeasured(head) ? Optional.of(traffic(head).report()) : Optional.empty();
  }
}
