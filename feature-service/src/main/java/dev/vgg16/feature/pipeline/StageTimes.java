package dev.vgg16.feature.pipeline;

/**
 * How long one image spent in each stage, in nanoseconds; 0 in a stage that it skipped. Each part
 * is set once, in order, by the thread that has the image. Points in time are those of {@link
 * System#nanoTime}.
 */
public final class StageTimes {

  private final long submitted;
  private long decoding;
  private long read;
  private long resize;
  private long running;
  private long mapReady;
  private long head;
  private Stage stage = Stage.QUEUE;
  private boolean hasMap;
  private boolean cached;

  /** Receives the stages of an image. */
  public interface Visitor {
    void stage(Stage stage, long start, long end);
  }

  /**
   * @param submitted when the image was received
   */
  StageTimes(long submitted) {
    this.submitted = submitted;
  }

  void decoding(long start) {
    decoding = start;
    stage = Stage.DECODE;
  }

  void decoded(long end) {
    read = end;
    stage = Stage.BATCH;
  }

  /** It also took this time to resize the image, which counts as decoding. */
  void resized(long nanos) {
    resize = nanos;
  }

  void running(long start) {
    running = start;
    stage = Stage.BACKBONE;
  }

  void ran(long end) {
    mapReady = end;
    hasMap = true;
  }

  /**
   * The map was computed for another job with the same image.
   *
   * @param now when the map was available
   */
  void reused(long now) {
    mapReady = now;
    hasMap = true;
    cached = true;
  }

  /**
   * @param now when the scores were received
   */
  void scored(long now) {
    head = now - mapReady;
  }

  public long decode() {
    return passed(Stage.DECODE) ? read - decoding + resize : 0;
  }

  public long queue() {
    return cached ? mapReady - submitted : ran() ? running - submitted - decode() : 0;
  }

  public long backbone() {
    return ran() ? mapReady - running : 0;
  }

  private boolean ran() {
    return hasMap && !cached;
  }

  /** From the map to the scores. */
  public long head() {
    return head;
  }

  /** When the map was there. */
  public long mapReady() {
    return mapReady;
  }

  /** All stages, which follow each other without a gap. */
  public long total() {
    return queue() + decode() + backbone() + head;
  }

  /** Whether the map was computed for another job with the same image. */
  public boolean isCached() {
    return cached;
  }

  /**
   * Passes on each stage that the image was in, until it had its map.
   *
   * @param now the end of the last one, where the image failed in it
   */
  public void forEachStage(long now, Visitor visitor) {
    if (cached) {
      visitor.stage(Stage.QUEUE, submitted, mapReady);
      return;
    }
    visitor.stage(Stage.QUEUE, submitted, passed(Stage.QUEUE) ? decoding : now);
    if (passed(Stage.QUEUE)) {
      visitor.stage(Stage.DECODE, decoding, passed(Stage.DECODE) ? read : now);
    }
    if (passed(Stage.DECODE)) {
      visitor.stage(Stage.BATCH, read, passed(Stage.BATCH) ? running : now);
    }
    if (passed(Stage.BATCH)) {
      visitor.stage(Stage.BACKBONE, running, hasMap ? mapReady : now);
    }
  }

  private boolean passed(Stage of) {
    return stage.compareTo(of) > 0;
  }
}
