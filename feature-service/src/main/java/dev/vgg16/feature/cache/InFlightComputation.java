package dev.vgg16.feature.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.inference.batch.FlowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A map that is being computed, and the jobs that wait for it. Thread-safe. */
final class InFlightComputation {

  /** Whether a job waits for it now. */
  enum Join {
    JOINED,
    NO_PERMIT,
    OVER
  }

  private final ImageJob leader;

  @GuardedBy("this")
  private List<ImageJob> waiters = new ArrayList<>(0);

  @GuardedBy("this")
  private boolean over;

  @GuardedBy("this")
  private FlowKey turn;

  /**
   * @param leader the job whose map is being computed
   */
  InFlightComputation(ImageJob leader) {
    this.leader = leader;
    this.turn = leader.flow();
  }

  ImageJob leader() {
    return leader;
  }

  /** The flow whose turn in the batcher's queue the leader waits for: its own, or a waiter's. */
  synchronized FlowKey turn() {
    return turn;
  }

  synchronized void useTurnOf(FlowKey flow) {
    turn = flow;
  }

  /**
   * Adds a waiter, which releases its image.
   *
   * @param acquirePermit called when it is not over; returns whether the job has a permit
   */
  synchronized Join join(ImageJob job, BooleanSupplier acquirePermit) {
    if (over) {
      return Join.OVER;
    }
    if (!acquirePermit.getAsBoolean()) {
      return Join.NO_PERMIT;
    }
    job.releaseInput();
    waiters.add(job);
    return Join.JOINED;
  }

  /** Whether it is over. It also ends here when all of its waiters are cancelled. */
  synchronized boolean completeIfAllCancelled() {
    over = over || waiters.stream().allMatch(ImageJob::isCancelled);
    return over;
  }

  /** Ends it; returns the waiters, each only once. */
  synchronized List<ImageJob> end() {
    over = true;
    List<ImageJob> left = waiters;
    waiters = List.of();
    return left;
  }
}
