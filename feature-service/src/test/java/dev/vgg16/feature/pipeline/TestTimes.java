package dev.vgg16.feature.pipeline;

/** Times of images, from 1,000 on. */
public final class TestTimes {

  private TestTimes() {}

  /** Of an image that has its map: a stage begins every 100 ns. */
  public static StageTimes withMap() {
    StageTimes times = decoding();
    times.decoded(1_200);
    times.running(1_300);
    times.ran(1_400);
    return times;
  }

  public static StageTimes decoding() {
    StageTimes times = new StageTimes(1_000);
    times.decoding(1_100);
    return times;
  }

  public static StageTimes cached() {
    StageTimes times = new StageTimes(1_000);
    times.reused(1_400);
    return times;
  }

  /** Of an image that has its scores, 500 ns after its map. */
  public static StageTimes withScores() {
    StageTimes times = withMap();
    times.scored(1_900);
    return times;
  }
}
