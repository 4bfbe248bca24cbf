package dev.vgg16.head.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is known of a folder of heads: how it last was, and what was made of it. */
final class FolderState {

  private final Map<HeadVersion, Known> versions = new HashMap<>();
  private final Map<String, FileFingerprint> pins = new HashMap<>();
  private HeadCatalog last;

  /**
   * @param first the folder at the first look
   */
  FolderState(HeadCatalog first) {
    this.last = first;
  }

  /** What has to be done now that the folder is like this. */
  Reconciliation reconcile(HeadCatalog now, HeadRegistry registry) {
    return new Reconciliation(
        last, now, versions, pins, registry.versions(), registry.defaultHead());
  }

  /** What was to be done is done. */
  void looked(HeadCatalog now) {
    last = now;
  }

  void made(HeadVersion version, FileFingerprint files, Known.Outcome outcome) {
    versions.put(version, new Known(files, outcome));
  }

  /** It is not loaded again until its files change. */
  void unloaded(HeadVersion version) {
    versions.computeIfPresent(
        version, (same, known) -> new Known(known.files(), Known.Outcome.UNLOADED));
  }

  void forget(HeadVersion version) {
    versions.remove(version);
  }

  /** Whether it was loaded from the files that are there. */
  boolean isLoaded(HeadVersion version) {
    return Optional.ofNullable(versions.get(version))
        .filter(known -> known.outcome() == Known.Outcome.LOADED)
        .isPresent();
  }

  /**
   * @param file empty when there is none any more
   */
  void pinRead(String name, Optional<FileFingerprint> file) {
    file.ifPresentOrElse(there -> pins.put(name, there), () -> pins.remove(name));
  }
}
