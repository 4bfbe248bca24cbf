package dev.vgg16.inference.batch;

/**
 * Decides at once what becomes of each item that comes: it gets a place in the queue, is parked, or
 * is refused.
 *
 * <p>An item is refused when its turn would come too late for it, by the measured time of the
 * latest runs and what has its turn before it: what is in flight, and what the round robin of the
 * clients puts before an item of this client. It is also refused when there is no place for it; a
 * patient one is parked then, as long as there is room for that. Not thread-safe.
 */
final class AdmissionControl<T extends BatchItem> {

  /** What a new measurement of the time of an item counts. */
  private static final double NEWEST = 0.1;

  private final ItemQueue<T> queue;
  private final int workers;
  private double nanosPerItem;

  /** What became of an item. */
  enum Kind {
    QUEUED,
    PARKED,
    REFUSED
  }

  /**
   * What became of an item.
   *
   * @param load why it was refused; else null
   */
  record Decision(Kind kind, AdmissionRefusal load) {
    static final Decision QUEUED = new Decision(Kind.QUEUED, null);
    static final Decision PARKED = new Decision(Kind.PARKED, null);

    static Decision refused(AdmissionRefusal load) {
      return new Decision(Kind.REFUSED, load);
    }
  }

  /**
   * @param workers that run batches at the same time
   */
  AdmissionControl(ItemQueue<T> queue, int workers) {
    this.queue = queue;
    this.workers = workers;
  }

  /**
   * Takes an item into the queue, parks it or refuses it. What was parked may have room at once:
   * see {@link ItemQueue#admitParked}.
   *
   * @param nanosLeft how long an answer is of use
   * @param inFlight items that have left the queue and are not run yet
   */
  Decision submit(ItemQueue.Entry<T> entry, long nanosLeft, int inFlight) {
    // Whoever is patient has time for a whole stream, not for one item.
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
    return Decision.refused(load(entry, backpressured ? Long.MAX_VALUE : nanosLeft, wait));
  }

  private AdmissionRefusal load(ItemQueue.Entry<T> entry, long nanosLeft, long wait) {
    return new AdmissionRefusal(
        queue.level(), queue.bounds(), queue.isOverShare(entry), wait, nanosLeft, nanosPerItem);
  }

  /** About how long an item waits until it has run. */
  private long nanosToWait(ItemQueue.Entry<T> entry, int inFlight) {
    if (queue.isEmpty()) {
      // What is under way then takes as long as it takes, with or without the item.
      return 0;
    }
    return (long) (nanosPerItem * (queue.itemsBefore(entry) + inFlight + 1));
  }

  /** A run is over, of so many items. */
  void ran(int items, long nanos) {
    double measured = (double) nanos / items / workers;
    nanosPerItem = nanosPerItem == 0 ? measured : (1 - NEWEST) * nanosPerItem + NEWEST * measured;
  }
}
