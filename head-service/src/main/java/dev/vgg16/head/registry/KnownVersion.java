package dev.vgg16.head.registry;

import dev.vgg16.head.scoring.HeadManifest;
import java.util.Optional;

/**
 * What was made of a version's folder.
 *
 * @param files as it was then
 * @param manifest what was loaded, if it was
 */
record KnownVersion(FileFingerprint files, Outcome outcome, Optional<HeadManifest> manifest) {

  /** What became of it. */
  enum Outcome {
    LOADED,
    /** It is broken; what was loaded of this version before goes on. */
    REFUSED,
    /** Its files could not be read, and are tried again as they are. */
    UNREADABLE,
    /** On demand, until its files change. */
    UNLOADED
  }
}
