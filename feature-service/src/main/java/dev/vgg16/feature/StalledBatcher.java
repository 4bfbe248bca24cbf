package dev.vgg16.feature;

import dev.vgg16.inference.batch.BatcherProgress;
import java.time.Duration;
import java.util.Optional;

/** Says when a batcher makes no progress any more. */
final class StalledBatcher {

  /** No run takes so long, not even one of 1,024 images on a slow machine. */
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private StalledBatcher() {}

  static Optional<String> describe(BatcherProgress progress) {
    return progress.isStalledFor(TIMEOUT)
        ? Optional.of(
            "%d images are waiting, and none has made progress for %d s"
                .formatted(progress.unfinished(), progress.sinceProgress().toSeconds()))
        : Optional.empty();
  }
}
