package dev.vgg16.inference.batch;

import dev.vgg16.inference.batch.BatcherListener.Refusal;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;

/**
 * The load at the time an item was refused, and the error that its caller gets.
 *
 * @param queue how full it is
 * @param capacity its bounds, for the message
 * @param overShare whether its client has used up its share, while there is room for others
 * @param waitNanos the estimated time until the item's turn
 * @param nanosLeft the time until the item's deadline
 * @param nanosPerItem the estimated time per item
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
   * The part of its remaining time that an item may be expected to wait. The rest is a margin for
   * the error of the estimate: a result just after the deadline is wasted work.
   */
  private static final double WAIT_SHARE = 0.75;

  /** Whether an item that waits this long is expected to meet its deadline. */
  static boolean isInTime(long waitNanos, long nanosLeft) {
    return waitNanos <= WAIT_SHARE * nanosLeft;
  }

  Refusal reason() {
    return isInTime(waitNanos, nanosLeft) ? Refusal.FULL : Refusal.TOO_LATE;
  }

  /** The error for the caller. */
  ServingException toException() {
    return reason() == Refusal.FULL ? full() : tooLate();
  }

  private ServingException full() {
    // The estimated time until a tenth of the queue is free.
    return ServingException.overloaded(
        "%s: %,d items (%,d bytes) are waiting; its capacity is %s"
            .formatted(
                overShare ? "this client has used up its share of the queue" : "the queue is full",
                queue.items(),
                queue.bytes(),
                capacity),
        retryAfter((long) (nanosPerItem * queue.items() / 10)));
  }

  private ServingException tooLate() {
    return ServingException.overloaded(
        "the deadline can't be met: the estimated wait is %,d ms, the deadline"
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
