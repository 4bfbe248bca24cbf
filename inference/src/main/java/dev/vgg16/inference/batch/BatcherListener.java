package dev.vgg16.inference.batch;

/** Told what a {@link Batcher} does, for metrics. Called from its threads; must be quick. */
public interface BatcherListener {

  /** Hears nothing. */
  BatcherListener NONE = new BatcherListener() {};

  /** Why an item was refused. */
  enum Refusal {
    /** There was no place for it. */
    FULL,
    /** Its turn would have come too late. */
    TOO_LATE
  }

  /** An item was refused. */
  default void refused(Refusal why) {}

  /** An item was dropped before its run because nobody waited for it any more. */
  default void cancelled() {}

  /** An item's preparation ended, well or not. */
  default void prepared(long nanos) {}

  /** A run ended, well or not. */
  default void ran(int size, long nanos) {}
}
