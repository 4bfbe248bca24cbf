package dev.vgg16.service.grpc;

/**
 * How many items a stream may request from its client: a few in advance, within the window of items
 * in flight, and none while an item is paused. Not thread-safe.
 */
final class RequestWindow {

  /**
   * The most items requested in advance. It is one after a pause, since requested items occupy
   * memory.
   */
  private static final int MAX_AHEAD = 4;

  private final int size;
  private int inFlight;
  private int requested;
  private int ahead = 1;
  private int paused;

  /**
   * @param size the most items in flight
   */
  RequestWindow(int size) {
    this.size = size;
  }

  /** The number of items to request now, which then count as requested; may be 0. */
  int next() {
    int more = Math.min(ahead, size - inFlight) - requested;
    if (more <= 0 || paused > 0) {
      return 0;
    }
    requested += more;
    return more;
  }

  /** A requested item was received. */
  void received() {
    requested--;
  }

  /** A received item is in flight. */
  void accepted() {
    inFlight++;
  }

  /** An item in flight has its response. */
  void responded() {
    inFlight--;
  }

  int inFlight() {
    return inFlight;
  }

  /** An item was handled: requests one more in advance, unless paused. */
  void grow() {
    if (paused == 0) {
      ahead = Math.min(ahead + 1, MAX_AHEAD);
    }
  }

  /** Requests nothing until {@link #resume} was called as often. */
  void pause() {
    paused++;
    ahead = 1;
  }

  void resume() {
    paused--;
  }
}
