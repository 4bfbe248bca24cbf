package dev.vgg16.inference.batch;

import dev.vgg16.inference.batch.BatcherListener.Refusal;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;

/**
 * How much waits, when an item was refused, and what the item's caller is told.
 *
 * @param queue how full it is
 * @param capacity its bounds, in words
 * @param overShare whether its client has too much there already, while there is room for others
 * @param waitNanos about how long the item would wait for its turn
 * @param nanosLeft how much time it has
 * @param nanosPerItem about how long one takes
 */
record AdmissionRefusal(
    ItemQueue.Level queue,
    String capacity,
    boolean overShare,
    long waitNanos,
    long nanosLeft,
    double nanosPerItem) {

  private static final Duration MIN_RETRY = Duration.ofMillis(10);

  /**
   * The part of its time that an item may be expected to wait. The rest is for what can't be known:
   * an answer just too late is as much work as one in time.
   */
  private static final double WAIT_SHARE = 0.75;

  /** Whether an item that waits so long can be answered in its time. */
  static boolean isInTime(long waitNanos, long nanosLeft) {
    return waitNanos <= WAIT_SHARE * nanosLeft;
  }

  /** Why it was refused. */
  Refusal refusal() {
    return isInTime(waitNanos, nanosLeft) ? Refusal.FULL : Refusal.TOO_LATE;
  }

  /** The same for its caller. */
  ServingException toException() {
    return refusal() == Refusal.FULL ? full() : tooLate();
  }

  private ServingException full() {
    // About when a tenth of the queue will be free.
    return ServingException.overloaded(
        "%s: %,d items (%,d bytes) wait; its capacity is %s"
            .formatted(
                overShare
                    ? "this client has its share of the queue, the rest is for others"
                    : "the queue is full",
                queue.items(),
                queue.bytes(),
                capacity),
        retryAfter((long) (nanosPerItem * queue.items() / 10)));
  }

  private ServingException tooLate() {
    return ServingException.overloaded(
        "too much waits for the time that is left: the turn would come in some %,d ms, the deadline"
                .formatted(millis(waitNanos))
            + " is in %,d ms".formatted(millis(nanosLeft)),
        retryAfter(waitNanos - (long) (WAIT_SHARE * nanosLeft)));
  }

  private static Duration retryAfter(long nanos) {
    Duration delay = Duration.ofNanos(nanos);
    return delay.compareTo(MIN_RETRY) < 0 ? MIN_RETRY : delay;
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
