package dev.vgg16.head.registry;

import dev.vgg16.head.scoring.HeadManifest;
import java.util.Optional;

/**
 * What came of loading a version.
 *
 * @param files as they were then
 * @param manifest what was loaded, if it was
 */
record KnownVersion(FileFingerprint files, Outcome outcome, Optional<HeadManifest> manifest) {

  /** What became of it. */
  enum Outcome {
    LOADED,
    /** It is broken; what was loaded of this version before stays. */
    REFUSED,
    /** Its files could not be read; the load is retried also if they stay the same. */
    UNREADABLE,
    /** On demand, until its files change. */
    UNLOADED
  }

  /** Whether it can't be used as its files are. */
  boolean isRefused() {
    return outcome == Outcome.REFUSED || outcome == Outcome.UNREADABLE;
  }
}
