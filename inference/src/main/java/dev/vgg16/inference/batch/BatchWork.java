package dev.vgg16.inference.batch;

import java.util.List;

/**
 * The work that a {@link Batcher} schedules.
 *
 * @param <T> an item
 * @param <S> the storage of one batch, with a slot for each item's input
 */
public interface BatchWork<T extends BatchItem, S> {

  /** Creates the storage of one batch, with slots for the largest batch. */
  S newStorage();

  /**
   * Does the part of an item's work that needs no storage, such as decoding. Called on preparer
   * threads, concurrently; may take long, since no batch waits for it.
   *
   * @throws Exception fails this item
   */
  Placement<S> prepare(T item) throws Exception;

  /** Copies the input in slot {@code from} to slot {@code to}. Called on a worker thread. */
  void move(S storage, int from, int to);

  /**
   * Runs one batch and completes its items. Slot {@code i} holds the input of {@code items.get(i)}.
   * The storage is reused as soon as this returns.
   *
   * @param worker number of the calling worker; always the same thread for the same number
   * @param alone whether no other item was queued, prepared or run when this batch was taken: it
   *     may use what is there for several
   * @throws Exception fails every item that is not completed yet
   */
  void run(int worker, S storage, List<T> items, boolean alone) throws Exception;

  /** A prepared input, ready to be written into a batch. */
  interface Placement<S> extends AutoCloseable {

    /** Writes the input into a slot; must be fast. Other slots are written concurrently. */
    void place(S storage, int slot);

    /** Releases the resources of the preparation. Called once, whether placed or not. */
    @Override
    default void close() {}
  }
}
