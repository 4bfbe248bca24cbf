package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Streams;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * What has to be done so that the loaded heads are what the folder holds; decided here alone, from
 * values alone.
 *
 * <p>What is the same in two looks is acted on: nobody is writing it any more. What can't be seen
 * is not gone.
 *
 * @param last the folder at the last look
 * @param now the folder
 * @param known what was made of versions
 * @param knownPins what the files that pin a version were when they were last read
 * @param loaded the versions that are loaded
 * @param defaultHead the name of a head of which one version stays in any case
 */
record Reconciliation(
    HeadCatalog last,
    HeadCatalog now,
    ImmutableMap<HeadVersion, Known> known,
    ImmutableMap<String, FileFingerprint> knownPins,
    ImmutableSet<HeadVersion> loaded,
    String defaultHead) {

  Reconciliation(
      HeadCatalog last,
      HeadCatalog now,
      Map<HeadVersion, Known> known,
      Map<String, FileFingerprint> knownPins,
      Set<HeadVersion> loaded,
      String defaultHead) {
    this(
        last,
        now,
        ImmutableMap.copyOf(known),
        ImmutableMap.copyOf(knownPins),
        ImmutableSet.copyOf(loaded),
        defaultHead);
  }

  /**
   * Whether the folder is empty while heads are loaded from it: a volume that is not mounted, and
   * not the wish to serve nothing.
   */
  boolean isAway() {
    return now.versions().isEmpty() && !loaded.isEmpty();
  }

  /** The heads of which something may have to be done. */
  SortedSet<String> names() {
    Stream<HeadVersion> versions =
        Streams.concat(now.versions().keySet().stream(), known.keySet().stream());
    return Streams.concat(
            versions.map(HeadVersion::name),
            now.pins().keySet().stream(),
            knownPins.keySet().stream())
        .collect(ImmutableSortedSet.toImmutableSortedSet(String::compareTo));
  }

  /** The versions to load, anew where one is loaded. */
  List<HeadVersion> toLoad(String name) {
    return now.versionsOf(name).filter(this::isStable).filter(this::isNew).toList();
  }

  private boolean isStable(HeadVersion version) {
    return now.versions().get(version).equals(last.versions().get(version));
  }

  private boolean isNew(HeadVersion version) {
    Known before = known.get(version);
    return before == null
        || before.outcome() == Known.Outcome.UNREADABLE
        || !before.files().equals(now.versions().get(version));
  }

  /**
   * The versions to unload. All of a head's go only when the folder has nothing of it any more: a
   * successor that is still written, or is broken, has no right to end what it should replace.
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
    return loaded.stream().filter(version -> version.name().equals(name));
  }

  /** Whether a version is known not to be there any more. */
  boolean isGone(HeadVersion version) {
    return !now.versions().containsKey(version)
        && !last.versions().containsKey(version)
        && !now.hides(version)
        && !last.hides(version);
  }

  /**
   * Whether something is there that may yet be loaded, or was at the last look: between two looks a
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
                        || known.get(version).outcome() != Known.Outcome.UNLOADED);
  }

  /** Those whose folder is gone, so that it is looked at anew when it comes back. */
  List<HeadVersion> toForget(String name) {
    return known.keySet().stream()
        .filter(version -> version.name().equals(name))
        .filter(this::isGone)
        .toList();
  }

  /** Whether the file that pins a version has changed. */
  boolean hasNewPin(String name) {
    FileFingerprint file = now.pins().get(name);
    return !now.hidesPin(name)
        && !last.hidesPin(name)
        && Objects.equals(file, last.pins().get(name))
        && !Objects.equals(file, knownPins.get(name));
  }
}
