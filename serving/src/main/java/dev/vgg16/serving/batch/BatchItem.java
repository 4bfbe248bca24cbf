package dev.vgg16.serving.batch;

/** One piece of work on its way through a {@link Batcher}. Called from the batcher's threads. */
public interface BatchItem {

  /** Bytes of memory that the item holds while it waits. Constant. */
  long bytes();

  /**
   * Whether nobody waits for the answer any more: its call was cancelled, or its deadline passed.
   * Once true, stays true. Must answer at once: the batcher may ask under its lock.
   */
  boolean isAbandoned();

  /**
   * Ends the item without a result. May be called after the work has already answered it, when a
   * run fails half-way: a second ending must be ignored.
   */
  void fail(Throwable cause);
}
