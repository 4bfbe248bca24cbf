package dev.vgg16.inference.batch;

/** One item of work in a {@link Batcher}. Its methods are called from the batcher's threads. */
public interface BatchItem {

  /** Bytes of memory that the item holds while it waits. Constant. */
  long bytes();

  /**
   * Whether the item's call was cancelled or its deadline passed. Once true, stays true. Must not
   * block: it is also called under the batcher's lock.
   */
  boolean isCancelled();

  /** The flow that the item belongs to; the items of one flow keep their order. Constant. */
  FlowKey flow();

  /** Nanoseconds until the item's deadline; {@link Long#MAX_VALUE} when it has none. */
  long nanosLeft();

  /**
   * The cost of the item, in turns of its client and call: at least 1, and more for an item that
   * uses more of a shared resource than others do. Constant.
   */
  default int turns() {
    return 1;
  }

  /**
   * Whether preparing the item takes so long that others must not wait for it: only a part of the
   * preparers prepare costly items at a time. Constant.
   */
  default boolean isCostly() {
    return false;
  }

  /**
   * Whether the item is parked when there is no room in the queue, such as an item of a stream,
   * which requests no more items meanwhile. Other items are refused. Constant.
   */
  default boolean isBackpressured() {
    return false;
  }

  /** A backpressured item was accepted and parked. {@link #queued} may already have been called. */
  default void parked() {}

  /** A parked item entered the queue. */
  default void queued() {}

  /**
   * Completes the item with a failure. Must be ignored when the item is already completed, such as
   * by a run that fails half-way.
   */
  void fail(Throwable cause);
}
