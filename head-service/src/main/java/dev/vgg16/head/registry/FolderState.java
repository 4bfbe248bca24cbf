package dev.vgg16.head.registry;

import dev.vgg16.head.scoring.HeadManifest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of a folder of heads: the last scan, and what came of its versions. */
final class FolderState {

  /** Usually more than it takes to copy a large file. */
  private static final int SCANS_TO_SETTLE = 20;

  private final Map<HeadVersion, KnownVersion> versions = new HashMap<>();
  private final Map<String, FileFingerprint> releases = new HashMap<>();
  private HeadCatalog last;
  private AbsencePolicy absence = AbsencePolicy.NONE;
  private ConsecutiveScans<HeadVersion> unsettled = ConsecutiveScans.none();

  /**
   * @param first the folder at the first scan
   */
  FolderState(HeadCatalog first) {
    this.last = first;
  }

  /**
   * How many versions can't be used, and how many places can't be examined or are empty. A place
   * whose heads are loaded does not count.
   */
  int refused(Set<HeadVersion> loaded) {
    long broken = versions.values().stream().filter(KnownVersion::isRefused).count();
    return Math.toIntExact(broken + last.placesWithout(loaded));
  }

  /** The folder at the last scan. */
  HeadCatalog last() {
    return last;
  }

  /** What to load and unload after a scan. */
  Reconciliation reconcile(HeadCatalog now, HeadRegistry registry) {
    Set<HeadVersion> loaded = registry.versions();
    return new Reconciliation(
        last, now, versions, releases, loaded, absence.after(now, loaded), registry.defaultHead());
  }

  /** A scan is finished. */
  void scanned(Reconciliation done) {
    last = done.now();
    absence = done.absence();
    unsettled = unsettled.next(done.unsettled());
  }

  /** The folder could not be scanned. */
  void away() {
    absence = AbsencePolicy.NONE;
  }

  /** Versions that have been changing for longer than it takes to write them. */
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

  /** The files have other attributes and the same contents. */
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
  void releaseRead(String name, Optional<FileFingerprint> file) {
    file.ifPresentOrElse(there -> releases.put(name, there), () -> releases.remove(name));
  }
}
