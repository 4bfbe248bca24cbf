package dev.vgg16.head.novelty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.OptionalDouble;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the maps that a head scores lie from its training images on average: the distance of
 * their exponentially weighted mean. Thread-safe; {@link #add} never waits.
 */
public final class Drift {

  /** The time constant of the mean, in maps: so many maps later, a map's weight is 1/e of that. */
  static final int WINDOW = 256;

  /** With fewer, a mean is far from the training's by chance: for n maps about 1 / sqrt(n). */
  static final int MIN_MAPS = 64;

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
   * Adds a map to the mean.
   *
   * @param features finite {@link NormalizedFeatures}
   * @return false when another thread is adding one, and the map is left out
   */
  public boolean add(float[] features) {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      count = Math.min(count + 1, WINDOW);
      // An arithmetic mean of the first ones: otherwise they would weigh more than later ones.
      float weight = 1f / count;
      for (int c = 0; c < mean.length; c++) {
        mean[c] += weight * (features[c] - mean[c]);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** In standard deviations of the training images; empty while there are too few maps. */
  public OptionalDouble distance() {
    lock.lock();
    try {
      return count < MIN_MAPS ? OptionalDouble.empty() : OptionalDouble.of(training.distance(mean));
    } finally {
      lock.unlock();
    }
  }
}
