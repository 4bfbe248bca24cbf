package dev.vgg16.head;

import com.google.common.collect.MapMaker;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.HeadRoute.Arm;
import dev.vgg16.head.scoring.MapResult;
import dev.vgg16.head.shadow.ComparisonListener;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Metrics of what versions score, by what they score it for: classes, scores, and how they compare
 * with each other.
 */
final class ArmMetrics implements ComparisonListener {

  /** Of a head with more classes, those after these are counted together. */
  static final int MAX_CLASSES = 16;

  private static final String OTHER = "other";
  private static final int MAX_LABEL = 64;
  private static final double NANOS_PER_SECOND = 1e9;

  private static final List<Double> SCORE_BUCKETS =
      List.of(.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, .999, 1.);
  private static final List<Double> DURATION_BUCKETS =
      List.of(.00001, .00002, .00005, .0001, .0002, .0005, .001, .002, .005, .01, .1, 1.);

  private static final AttributeKey<String> ARM = AttributeKey.stringKey("arm");
  private static final AttributeKey<String> CLASS = AttributeKey.stringKey("class");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");

  private final LongCounter answers;
  private final DoubleHistogram scores;
  private final LongCounter compared;
  private final LongCounter agreed;
  private final LongCounter dropped;
  private final DoubleHistogram shadowSeconds;
  // By identity: a manifest's hash code goes through all its labels and layers.
  private final Map<HeadManifest, Map<Arm, Series>> series = new MapMaker().weakKeys().makeMap();

  /**
   * The attributes of one version in one arm.
   *
   * @param classes by the index of the class, the last one for all others
   */
  private record Series(Attributes all, List<Attributes> classes) {

    static Series of(HeadManifest head, Arm arm) {
      Attributes all =
          HeadMetrics.attributesOf(head).toBuilder()
              .put(ARM, arm.name().toLowerCase(Locale.ROOT))
              .build();
      return new Series(
          all,
          IntStream.rangeClosed(0, Math.min(head.labels().size(), MAX_CLASSES))
              .mapToObj(index -> all.toBuilder().put(CLASS, labelOf(head, index)).build())
              .toList());
    }

    Attributes ofClass(int index) {
      return classes.get(Math.min(index, classes.size() - 1));
    }
  }

  /** What a class is called in metrics. */
  static String labelOf(HeadManifest head, int index) {
    if (index >= Math.min(head.labels().size(), MAX_CLASSES)) {
      return OTHER;
    }
    String label = head.labels().get(index);
    return label.length() > MAX_LABEL ? label.substring(0, MAX_LABEL) : label;
  }

  ArmMetrics(Meter meter) {
    answers =
        meter
            .counterBuilder("vgg16.head.best.class")
            .setDescription("Maps scored, by what for and by their best class")
            .build();
    scores =
        meter
            .histogramBuilder("vgg16.head.best.score")
            .setDescription("The score of a map's best class")
            .setExplicitBucketBoundariesAdvice(SCORE_BUCKETS)
            .build();
    compared =
        meter
            .counterBuilder("vgg16.head.maps.compared")
            .setDescription(
                "Maps that two versions scored: in the shadow and for the answer, or for a share of the traffic and by the default version")
            .build();
    agreed =
        meter
            .counterBuilder("vgg16.head.maps.agreed")
            .setDescription("Compared maps of which both versions have the same best class")
            .build();
    dropped =
        meter
            .counterBuilder("vgg16.head.shadow.dropped")
            .setDescription("Maps that were not scored again")
            .build();
    shadowSeconds =
        meter
            .histogramBuilder("vgg16.head.shadow.duration")
            .setDescription("One run of a head over maps that are answered already")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(DURATION_BUCKETS)
            .build();
  }

  private Series series(HeadManifest head, Arm arm) {
    return series
        .computeIfAbsent(head, first -> new ConcurrentHashMap<>())
        .computeIfAbsent(arm, first -> Series.of(head, arm));
  }

  @Override
  public void scored(HeadManifest head, Arm arm, HeadResult.Scored result) {
    Series labels = series(head, arm);
    for (MapResult map : result.results()) {
      if (map instanceof MapResult.Scored scored) {
        answers.add(1, labels.ofClass(scored.classes().index(0)));
        scores.record(scored.classes().score(0), labels.all());
      }
    }
  }

  @Override
  public void ran(HeadManifest head, long nanos) {
    shadowSeconds.record(nanos / NANOS_PER_SECOND, HeadMetrics.attributesOf(head));
  }

  @Override
  public void compared(HeadManifest head, Arm arm, int maps, int same) {
    Attributes labels = series(head, arm).all();
    compared.add(maps, labels);
    agreed.add(same, labels);
  }

  @Override
  public void dropped(HeadManifest head, Reason reason, int maps) {
    dropped.add(
        maps,
        HeadMetrics.attributesOf(head).toBuilder()
            .put(REASON, reason.name().toLowerCase(Locale.ROOT))
            .build());
  }
}
