package dev.vgg16.head.registry;

import dev.vgg16.head.scoring.HeadManifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of a folder of heads: how it last was, and what was made of it. */
final class FolderState {

  /** More than a large file takes to be copied, mostly. */
  private static final int SCANS_TO_SETTLE = 20;

  private final Map<HeadVersion, KnownVersion> versions = new HashMap<>();
  private final Map<String, FileFingerprint> pins = new HashMap<>();
  private HeadCatalog last;
  private AbsencePolicy absence = AbsencePolicy.NONE;
  private ConsecutiveScans<HeadVersion> unsettled = ConsecutiveScans.none();

  /**
   * @param first the folder at the first scan
   */
  FolderState(HeadCatalog first) {
    this.last = first;
  }

  /** What has to be done now that the folder is like this. */
  Reconciliation reconcile(HeadCatalog now, HeadRegistry registry) {
    Set<HeadVersion> loaded = registry.versions();
    return new Reconciliation(
        last, now, versions, pins, loaded, absence.after(now, loaded), registry.defaultHead());
  }

  /** What was to be done is done. */
  void scanned(Reconciliation done) {
    last = done.now();
    absence = done.absence();
    unsettled = unsettled.next(done.unsettled());
  }

  /** Nothing could be seen. */
  void away() {
    absence = AbsencePolicy.NONE;
  }

  /** What has been changing for so long that nobody can be writing it. */
  Set<HeadVersion> restless() {
    return unsettled.since(SCANS_TO_SETTLE);
  }

  /**
   * @param loaded what was loaded, if it was
   */
  void made(
      HeadVersion version,
      FileFingerprint files,
      KnownVersion.Outcome outcome,
      Optional<HeadManifest> loaded) {
    versions.put(version, new KnownVersion(files, outcome, loaded));
  }

  /** What was loaded of a version, unless it was refused since. */
  Optional<HeadManifest> loaded(HeadVersion version) {
    return Optional.ofNullable(versions.get(version)).flatMap(KnownVersion::manifest);
  }

  /** They are the same ones. */
  void same(HeadVersion version, FileFingerprint files) {
    versions.computeIfPresent(
        version, (key, known) -> new KnownVersion(files, known.outcome(), known.manifest()));
  }

  /** It is not loaded again until its files change. */
  void unloaded(HeadVersion version) {
    versions.computeIfPresent(
        version,
        (same, known) ->
            new KnownVersion(known.files(), KnownVersion.Outcome.UNLOADED, known.manifest()));
  }

  void forget(HeadVersion version) {
    versions.remove(version);
  }

  /** Whether it was loaded from the files that are there. */
  boolean isLoaded(HeadVersion version) {
    return Optional.ofNullable(versions.get(version))
        .filter(known -> known.outcome() == KnownVersion.Outcome.LOADED)
        .isPresent();
  }

  /**
   * @param file empty when there is none any more
   */
  void pinRead(String name, Optional<FileFingerprint> file) {
    file.ifPresentOrElse(there -> pins.put(name, there), () -> pins.remove(name));
  }
}
