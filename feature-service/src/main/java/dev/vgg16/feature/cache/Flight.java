package dev.vgg16.feature.cache;

import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.inference.batch.FlowKey;
import java.util.ArrayList;
import java.util.List;

/** A map that is being made, and the jobs that wait for it. Thread-safe. */
final class Flight {

  private final ImageJob leader;

  // All below is guarded by this.
  private List<ImageJob> followers = new ArrayList<>(0);
  private boolean over;
  private FlowKey turn;

  /**
   * @param leader the job whose map is being made
   */
  Flight(ImageJob leader) {
    this.leader = leader;
    this.turn = leader.flow();
  }

  ImageJob leader() {
    return leader;
  }

  /** Whose turn in the batcher's queue the leader waits for: its own, or a follower's. */
  synchronized FlowKey turn() {
    return turn;
  }

  synchronized void hasTurnOf(FlowKey flow) {
    turn = flow;
  }

  /**
   * Takes a job, which forgets its image; returns false when the flight is over.
   *
   * @param takePlace called when it is not, before the job is taken; may throw instead
   */
  synchronized boolean join(ImageJob job, Runnable takePlace) {
    if (over) {
      return false;
    }
    takePlace.run();
    job.forgetInput();
    followers.add(job);
    return true;
  }

  /** Whether it is over, which it also is from now on if none of its followers waits any more. */
  synchronized boolean endIfAllGone() {
    over = over || followers.stream().allMatch(ImageJob::isAbandoned);
    return over;
  }

  /** Ends it; returns those that have no answer, and none a second time. */
  synchronized List<ImageJob> end() {
    over = true;
    List<ImageJob> left = followers;
    followers = List.of();
    return left;
  }
}
