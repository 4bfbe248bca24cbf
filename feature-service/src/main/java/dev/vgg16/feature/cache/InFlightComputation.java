package dev.vgg16.feature.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.inference.batch.FlowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A map that is being made, and the jobs that wait for it. Thread-safe. */
final class InFlightComputation {

  /** What became of a job that was to wait for it. */
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
   * @param leader the job whose map is being made
   */
  InFlightComputation(ImageJob leader) {
    this.leader = leader;
    this.turn = leader.flow();
  }

  ImageJob leader() {
    return leader;
  }

  /** Whose turn in the batcher's queue the leader waits for: its own, or a waiter's. */
  synchronized FlowKey turn() {
    return turn;
  }

  synchronized void useTurnOf(FlowKey flow) {
    turn = flow;
  }

  /**
   * Takes a job, which forgets its image.
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

  /** Whether it is over, which it also is from now on if none of its waiters waits any more. */
  synchronized boolean completeIfAllCancelled() {
    over = over || waiters.stream().allMatch(ImageJob::isCancelled);
    return over;
  }

  /** Ends it; returns those that have no answer, and none a second time. */
  synchronized List<ImageJob> end() {
    over = true;
    List<ImageJob> left = waiters;
    waiters = List.of();
    return left;
  }
}
