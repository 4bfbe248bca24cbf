package dev.vgg16.feature.pipeline;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/** How long images took that got a result: in all, and in each stage that they passed. */
public final class ImageMetrics {

  private static final double NANOS_PER_SECOND = 1e9;

  /** The last is what a full queue of a CPU takes. */
  private static final List<Double> SECONDS =
      List.of(.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1., 2., 5., 10., 20.);

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("method");
  private static final AttributeKey<String> STAGE = AttributeKey.stringKey("stage");

  private static final Attributes QUEUE = Attributes.of(STAGE, "queue");
  private static final Attributes DECODE = Attributes.of(STAGE, "decode");
  private static final Attributes BACKBONE = Attributes.of(STAGE, "backbone");
  private static final Attributes HEADS = Attributes.of(STAGE, "heads");

  private final DoubleHistogram total;
  private final DoubleHistogram stages;

  private final Recorder others;

  /** Records the images of one gRPC method. */
  public interface Recorder {

    /** Records nothing. */
    Recorder NONE = times -> {};

    void answered(StageTimes times);

    /** An image ended without a result. */
    default void failed() {}
  }

  /**
   * @param others records the images of all methods
   */
  public ImageMetrics(Meter meter, Recorder others) {
    this.others = others;
    total =
        histogram(
            meter, "vgg16.image.duration", "From when an image was received until its result");
    stages =
        histogram(
            meter, "vgg16.image.stage.duration", "Time of an image in a stage that it passed");
  }

  private static DoubleHistogram histogram(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(name)
        .setDescription(description)
        .setUnit("s")
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
  }

  /**
   * @param method such as {@code ClassifyStream}
   */
  public Recorder of(String method) {
    Attributes attributes = Attributes.of(METHOD, method);
    return new Recorder() {
      @Override
      public void answered(StageTimes times) {
        record(times, attributes);
        others.answered(times);
      }

      @Override
      public void failed() {
        others.failed();
      }
    };
  }

  private void record(StageTimes times, Attributes method) {
    total.record(times.total() / NANOS_PER_SECOND, method);
    record(times.queue(), QUEUE);
    record(times.decode(), DECODE);
    record(times.backbone(), BACKBONE);
    record(times.head(), HEADS);
  }

  private void record(long nanos, Attributes stage) {
    // 0: the image skipped the stage.
    if (nanos > 0) {
      stages.record(nanos / NANOS_PER_SECOND, stage);
    }
  }
}
