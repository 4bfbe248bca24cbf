package dev.vgg16.inference.batch;

import java.util.Optional;

/**
 * Decides at once whether a submitted item is queued, parked or refused.
 *
 * <p>An item is refused when its deadline could not be met, by the measured time of the latest runs
 * and the items before it: those in flight, and those that round robin puts before an item of this
 * client. It is also refused when there is no room for it; a backpressured item is parked then, as
 * long as there is room for that. Not thread-safe.
 */
final class AdmissionControl<T extends BatchItem> {

  /** Weight of the newest measurement in the moving average of the time per item. */
  private static final double NEWEST_WEIGHT = 0.1;

  private final ItemQueue<T> queue;
  private final int workers;
  private double nanosPerItem;

  /** The outcomes of a submission. */
  enum Kind {
    QUEUED,
    PARKED,
    REFUSED
  }

  /**
   * The outcome of a submission.
   *
   * @param refusal why it was refused; empty otherwise
   */
  record Decision(Kind kind, Optional<AdmissionRefusal> refusal) {
    static final Decision QUEUED = new Decision(Kind.QUEUED, Optional.empty());
    static final Decision PARKED = new Decision(Kind.PARKED, Optional.empty());

    static Decision refused(AdmissionRefusal refusal) {
      return new Decision(Kind.REFUSED, Optional.of(refusal));
    }
  }

  /**
   * @param workers the number of batches that run in parallel
   */
  AdmissionControl(ItemQueue<T> queue, int workers) {
    this.queue = queue;
    this.workers = workers;
  }

  /**
   * Queues an item, parks it or refuses it. There may be room at once for an item that was parked:
   * see {@link ItemQueue#admitParked}.
   *
   * @param nanosLeft the time until the item's deadline
   * @param inFlight items that have left the queue and have not run yet
   */
  Decision submit(ItemQueue.Entry<T> entry, long nanosLeft, int inFlight) {
    // The deadline of a backpressured item is that of its whole stream.
    boolean backpressured = entry.item().isBackpressured();
    long wait = backpressured ? 0 : nanosToWait(entry, inFlight);
    if (backpressured || AdmissionRefusal.isInTime(wait, nanosLeft)) {
      if (queue.offer(entry)) {
        return Decision.QUEUED;
      }
      if (backpressured && queue.park(entry)) {
        return Decision.PARKED;
      }
    }
    return Decision.refused(refusal(entry, backpressured ? Long.MAX_VALUE : nanosLeft, wait));
  }

  private AdmissionRefusal refusal(ItemQueue.Entry<T> entry, long nanosLeft, long wait) {
    return new AdmissionRefusal(
        queue.level(), queue.bounds(), queue.isOverShare(entry), wait, nanosLeft, nanosPerItem);
  }

  /** The estimated time until an item has run. */
  private long nanosToWait(ItemQueue.Entry<T> entry, int inFlight) {
    if (queue.isEmpty()) {
      // The items in flight take their time with or without this one.
      return 0;
    }
    return (long) (nanosPerItem * (queue.itemsBefore(entry) + inFlight + 1));
  }

  /** A run of this many items ended. */
  void ran(int items, long nanos) {
    double measured = (double) nanos / items / workers;
    nanosPerItem =
        nanosPerItem == 0
            ? measured
            : (1 - NEWEST_WEIGHT) * nanosPerItem + NEWEST_WEIGHT * measured;
  }
}
