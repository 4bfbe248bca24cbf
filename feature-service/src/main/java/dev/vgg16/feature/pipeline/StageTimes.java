package dev.vgg16.feature.pipeline;

import dev.vgg16.v1.Timing;
import java.util.concurrent.TimeUnit;

/** How long one image spent in each stage, in nanoseconds. Each part is set once, in order. */
final class StageTimes {

  private final long submitted;
  private long decode;
  private long queue;
  private long backbone;
  private long scored;
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
    scored = end;
  }

  /**
   * The map was computed for another job with the same image.
   *
   * @param now when the map was available
   */
  void reused(long now) {
    queue = now - submitted;
    scored = now;
    cached = true;
  }

  /** The message, for an image that was not scored. */
  Timing extracted() {
    return message(0);
  }

  /**
   * The message.
   *
   * @param now when the scores were received
   */
  Timing classified(long now) {
    return message(now - scored);
  }

  private Timing message(long head) {
    return Timing.newBuilder()
        .setDecodeUs(micros(decode))
        .setQueueUs(micros(queue))
        .setBackboneUs(micros(backbone))
        .setHeadUs(micros(head))
        .setCached(cached)
        .build();
  }

  private static int micros(long nanos) {
    return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos)));
  }
}
