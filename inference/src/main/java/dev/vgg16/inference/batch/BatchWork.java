package dev.vgg16.inference.batch;

import java.util.List;

/**
 * The work a {@link Batcher} schedules.
 *
 * @param <T> an item
 * @param <S> the storage of one batch: what the items' inputs are written into, slot by slot
 */
public interface BatchWork<T extends BatchItem, S> {

  /** Makes the storage of one batch, with a slot for each item of the largest batch. */
  S newStorage();

  /**
   * Does the part of an item's work that needs no storage, such as decoding. Runs on a preparer
   * thread, as many at once as there are preparers; may take long without holding up a batch.
   *
   * @throws Exception when the item can't be used: it fails alone
   */
  Placement<S> prepare(T item) throws Exception;

  /**
   * Copies the input in slot {@code from} over that in slot {@code to}. Runs on a worker thread.
   */
  void move(S storage, int from, int to);

  /**
   * Runs one batch and answers its items. Slot {@code i} holds the input of {@code items.get(i)}.
   * The storage is reused as soon as this returns.
   *
   * @param worker which of the batcher's workers calls: always the same thread for the same number
   * @throws Exception fails every item that has no answer yet
   */
  void run(int worker, S storage, List<T> items) throws Exception;

  /** The rest of an item's preparation: short, bounded, and straight into the batch. */
  interface Placement<S> extends AutoCloseable {

    /** Writes the input into a slot. Others write into other slots at the same time. */
    void place(S storage, int slot);

    /** Releases what the preparation holds. Called once, whether placed or not. */
    @Override
    default void close() {}
  }
}
