package dev.vgg16.inference.batch;

import java.time.Duration;

/**
 * Whether a {@link Batcher} gets on with what it took, at one moment.
 *
 * @param unfinished items that were taken and are neither run nor failed yet
 * @param sinceProgress how long ago one was last finished, or the first of these came to an idle
 *     batcher; zero when none is unfinished
 */
public record BatcherProgress(int unfinished, Duration sinceProgress) {

  /** Whether items are unfinished and none has been finished for so long. */
  public boolean isStalledFor(Duration limit) {
    return unfinished > 0 && sinceProgress.compareTo(limit) >= 0;
  }
}
