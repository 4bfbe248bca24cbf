package dev.vgg16.inference.batch;

/** One piece of work on its way through a {@link Batcher}. Called from the batcher's threads. */
public interface BatchItem {

  /** Bytes of memory that the item holds while it waits. Constant. */
  long bytes();

  /**
   * Whether nobody waits for the answer any more: its call was cancelled, or its deadline passed.
   * Once true, stays true. Must answer at once: the batcher may ask under its lock.
   */
  boolean isCancelled();

  /**
   * Whose it is: clients take turns, then the calls of a client; the items of one call wait behind
   * one another. Constant.
   */
  FlowKey flow();

  /** How long an answer is of use, in nanoseconds; {@link Long#MAX_VALUE} when there is no end. */
  long nanosLeft();

  /**
   * How many turns it costs its client and call: at least 1, and more where it takes more of what
   * all share than others do. Constant.
   */
  default int turns() {
    return 1;
  }

  /**
   * Whether preparing it takes so long that others must not wait for it: only some of the preparers
   * do so at a time. Constant.
   */
  default boolean isCostly() {
    return false;
  }

  /**
   * Whether it may be kept waiting for a place in the queue, such as an item of a stream, which
   * brings no more until then. Others are refused when there is no place. Constant.
   */
  default boolean isBackpressured() {
    return false;
  }

  /**
   * A patient item was taken and has no place yet. {@link #queued} may already have been called.
   */
  default void parked() {}

  /** A parked item got its place. */
  default void queued() {}

  /**
   * Ends the item without a result. May be called after the work has already answered it, when a
   * run fails half-way: a second ending must be ignored.
   */
  void fail(Throwable cause);
}
