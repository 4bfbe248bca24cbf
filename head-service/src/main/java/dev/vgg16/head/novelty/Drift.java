package dev.vgg16.head.novelty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.OptionalDouble;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the maps that a head scores lie from those of its training, on the average: the distance
 * of their exponentially weighted mean. Thread-safe; who adds a map never waits.
 */
public final class Drift {

  /** So many maps ago one counts for 1/e of the latest. */
  static final int WINDOW = 256;

  /** With fewer, a mean is far from the training's by chance: for n maps some 1 / sqrt(n). */
  static final int FEWEST = 64;

  private final TrainingFeatures training;
  private final Lock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final float[] mean;

  @GuardedBy("lock")
  private int count;

  public Drift(TrainingFeatures training) {
    this.training = training;
    this.mean = new float[training.channels()];
  }

  /**
   * Takes a map into the mean.
   *
   * @param features finite {@link NormalizedFeatures}
   * @return false when another thread is here just now, and the map is left out
   */
  public boolean add(float[] features) {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      count = Math.min(count + 1, WINDOW);
      // A plain mean of the first ones, so that they don't count for more than the later ones.
      float weight = 1f / count;
      for (int c = 0; c < mean.length; c++) {
        mean[c] += weight * (features[c] - mean[c]);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** In standard deviations of the training images; empty while there are too few maps to tell. */
  public OptionalDouble distance() {
    lock.lock();
    try {
      return count < FEWEST ? OptionalDouble.empty() : OptionalDouble.of(training.distance(mean));
    } finally {
      lock.unlock();
    }
  }
}
