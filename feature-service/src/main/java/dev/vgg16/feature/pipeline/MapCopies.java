package dev.vgg16.feature.pipeline;

import java.util.concurrent.Semaphore;

/**
 * Bounds the maps that are copied out of the backbone's buffers. Maps of slow requests are copied
 * so that they do not hold the buffer of a whole batch. Thread-safe.
 */
final class MapCopies {

  private final Semaphore free;

  /**
   * @param maps the most at a time, in whatever forms
   */
  MapCopies(int maps) {
    free = new Semaphore(maps);
  }

  /** Returns false, without waiting, when there would be too many. */
  boolean reserve(int maps) {
    return free.tryAcquire(maps);
  }

  void release(int maps) {
    free.release(maps);
  }
}
