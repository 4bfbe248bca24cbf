package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import com.google.common.collect.Streams;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * What to load and unload so that the loaded heads are those of the folder; computed from values
 * alone.
 *
 * <p>Only files that are the same in two scans count: they are complete. What can't be read is not
 * gone. A single head that is gone was removed; several that go at once are waited for.
 *
 * @param last the folder at the last scan
 * @param now the folder
 * @param known what came of each version
 * @param knownReleases what the files that say which versions answer were when they were last read
 * @param loaded the versions that are loaded
 * @param absence which heads are gone, this scan counted
 * @param defaultHead the name of a head of which one version stays in any case
 */
record Reconciliation(
    HeadCatalog last,
    HeadCatalog now,
    ImmutableSortedMap<HeadVersion, KnownVersion> known,
    ImmutableMap<String, FileFingerprint> knownReleases,
    ImmutableSortedSet<HeadVersion> loaded,
    AbsencePolicy absence,
    String defaultHead) {

  Reconciliation(
      HeadCatalog last,
      HeadCatalog now,
      Map<HeadVersion, KnownVersion> known,
      Map<String, FileFingerprint> knownReleases,
      Set<HeadVersion> loaded,
      AbsencePolicy absence,
      String defaultHead) {
    this(
        last,
        now,
        ImmutableSortedMap.copyOf(known),
        ImmutableMap.copyOf(knownReleases),
        ImmutableSortedSet.copyOf(loaded),
        absence,
        defaultHead);
  }

  /**
   * Whether the folder is empty while heads are loaded from it: a volume that is not mounted, and
   * not the wish to serve nothing.
   */
  boolean isAway() {
    return now.versions().isEmpty() && !loaded.isEmpty();
  }

  /** The heads that may have changed. */
  SortedSet<String> names() {
    Stream<HeadVersion> versions =
        Streams.concat(now.versions().keySet().stream(), known.keySet().stream());
    return Streams.concat(
            versions.map(HeadVersion::name),
            now.releases().keySet().stream(),
            knownReleases.keySet().stream())
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  /** The versions to load, anew where one is loaded. */
  List<HeadVersion> toLoad(String name) {
    return now.versionsOf(name).filter(this::isStable).filter(this::isNew).toList();
  }

  private boolean isStable(HeadVersion version) {
    return now.filesOf(version)
        .flatMap(files -> last.filesOf(version).map(files::looksLike))
        .orElse(false);
  }

  /** What is still being written, or is on a file system whose attributes never stay the same. */
  Set<HeadVersion> unsettled() {
    return Sets.filter(now.versions().keySet(), version -> !isStable(version));
  }

  /** The first file of a version that is not as it was at the last scan, if there is one. */
  Optional<String> changedFile(HeadVersion version) {
    return now.filesOf(version)
        .flatMap(files -> last.filesOf(version).flatMap(files::changedSince));
  }

  private boolean isNew(HeadVersion version) {
    KnownVersion before = known.get(version);
    return before == null
        || before.outcome() == KnownVersion.Outcome.UNREADABLE
        || isChange(version, before.files());
  }

  private boolean isChange(HeadVersion version, FileFingerprint before) {
    return now.filesOf(version)
        .flatMap(files -> last.filesOf(version).map(lately -> files.isChange(before, lately)))
        .orElse(false);
  }

  /**
   * The versions to unload. The last one of a head is unloaded only when the folder has nothing of
   * it any more: a successor that is still being written, or is broken, must not end the version
   * that it is to replace.
   *
   * @param answering what the name alone means so far
   * @param ready versions that were loaded by this reconciliation
   */
  List<HeadVersion> toUnload(
      String name, Optional<HeadVersion> answering, Collection<HeadVersion> ready) {
    List<HeadVersion> gone = loadedOf(name).filter(this::isGone).sorted().toList();
    boolean othersStay = !ready.isEmpty() || gone.size() < loadedOf(name).count();
    boolean mayEnd = !name.equals(defaultHead) && !hasSuccessor(name);
    return othersStay || mayEnd
        ? gone
        : gone.stream().filter(version -> !Optional.of(version).equals(answering)).toList();
  }

  private Stream<HeadVersion> loadedOf(String name) {
    return HeadVersion.allOf(name, loaded).stream();
  }

  /** Whether a version is known not to be there any more. */
  boolean isGone(HeadVersion version) {
    return !now.versions().containsKey(version)
        && !last.versions().containsKey(version)
        && !now.hides(version)
        && !last.hides(version)
        && !absence.awaited().contains(version.name());
  }

  /**
   * Whether something is there that may yet be loaded, or was at the last scan: between two scans a
   * folder may be away that is being replaced.
   */
  private boolean hasSuccessor(String name) {
    return hasSuccessor(last, name) || hasSuccessor(now, name);
  }

  private boolean hasSuccessor(HeadCatalog folder, String name) {
    return folder.hidesAnyOf(name)
        || folder
            .versionsOf(name)
            .anyMatch(
                version ->
                    !known.containsKey(version)
                        || known.get(version).outcome() != KnownVersion.Outcome.UNLOADED);
  }

  /** Those whose folder is gone, so that it is examined anew when it comes back. */
  List<HeadVersion> toForget(String name) {
    return HeadVersion.allOf(name, known.keySet()).stream().filter(this::isGone).toList();
  }

  /** Whether the file that says which versions answer has changed. */
  boolean hasNewRelease(String name) {
    return !now.hidesRelease(name)
        && !last.hidesRelease(name)
        && isNewRelease(
            Optional.ofNullable(now.releases().get(name)),
            Optional.ofNullable(last.releases().get(name)),
            Optional.ofNullable(knownReleases.get(name)));
  }

  private static boolean isNewRelease(
      Optional<FileFingerprint> now,
      Optional<FileFingerprint> last,
      Optional<FileFingerprint> before) {
    if (now.isEmpty() || last.isEmpty()) {
      return now.isEmpty() && last.isEmpty() && before.isPresent();
    }
    return now.get().looksLike(last.get())
        && (before.isEmpty() || now.get().isChange(before.get(), last.get()));
  }
}
