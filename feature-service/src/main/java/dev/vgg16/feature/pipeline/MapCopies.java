package dev.vgg16.feature.pipeline;

import java.util.concurrent.Semaphore;

/**
 * How many maps may be copied out of the backbone's buffers at a time: those that the heads take
 * long for, which else would hold the buffer of a whole batch. Thread-safe.
 */
final class MapCopies {

  private final Semaphore free;

  /**
   * @param maps the most at a time, in whatever forms
   */
  MapCopies(int maps) {
    free = new Semaphore(maps);
  }

  /** Does not wait. Returns false where there are too many. */
  boolean reserve(int maps) {
    return free.tryAcquire(maps);
  }

  void release(int maps) {
    free.release(maps);
  }
}
