package dev.vgg16.feature.pipeline;

/**
 * How long one image spent in each stage, in nanoseconds; 0 in a stage that it skipped. Each part
 * is set once, in order, by the thread that has the image.
 */
public final class StageTimes {

  private final long submitted;
  private long decode;
  private long queue;
  private long backbone;
  private long mapReady;
  private long head;
  private boolean cached;

  /**
   * @param submitted when the image was received, by {@link System#nanoTime}
   */
  StageTimes(long submitted) {
    this.submitted = submitted;
  }

  void decoded(long nanos) {
    decode = nanos;
  }

  void ran(long start, long end) {
    queue = start - submitted - decode;
    backbone = end - start;
    mapReady = end;
  }

  /**
   * The map was computed for another job with the same image.
   *
   * @param now when the map was available
   */
  void reused(long now) {
    queue = now - submitted;
    mapReady = now;
    cached = true;
  }

  /**
   * @param now when the scores were received
   */
  void scored(long now) {
    head = now - mapReady;
  }

  public long decode() {
    return decode;
  }

  public long queue() {
    return queue;
  }

  public long backbone() {
    return backbone;
  }

  /** From the map to the scores. */
  public long head() {
    return head;
  }

  /** All stages, which follow each other without a gap. */
  long total() {
    return queue + decode + backbone + head;
  }

  /** Whether the map was computed for another job with the same image. */
  public boolean isCached() {
    return cached;
  }
}
