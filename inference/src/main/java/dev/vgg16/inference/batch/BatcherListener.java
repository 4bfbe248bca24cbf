package dev.vgg16.inference.batch;

/** Receives the events of a {@link Batcher}, for metrics. Called from its threads; must be fast. */
public interface BatcherListener {

  /** Ignores all events. */
  BatcherListener NONE = new BatcherListener() {};

  /** Why an item was refused. */
  enum Refusal {
    /** There was no room for it. */
    FULL,
    /** Its deadline could not be met. */
    TOO_LATE
  }

  /** An item was refused. */
  default void refused(Refusal reason) {}

  /** An item was removed before its run because it was cancelled. */
  default void cancelled() {}

  /** An item's preparation ended, successfully or not. */
  default void prepared(long nanos) {}

  /** A run ended, successfully or not. */
  default void ran(int size, long nanos) {}
}
