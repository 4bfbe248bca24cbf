package dev.vgg16.inference.batch;

import java.time.Duration;

/**
 * Whether a {@link Batcher} makes progress; a snapshot.
 *
 * @param unfinished accepted items that have neither run nor failed yet
 * @param sinceProgress how long ago an item was last finished, or the first was submitted to an
 *     idle batcher; zero when none is unfinished
 */
public record BatcherProgress(int unfinished, Duration sinceProgress) {

  /** Whether items are unfinished and none was finished within the limit. */
  public boolean isStalledFor(Duration limit) {
    return unfinished > 0 && sinceProgress.compareTo(limit) >= 0;
  }
}
