package dev.vgg16.head.registry;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import dev.vgg16.release.VersionsFile;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a folder of heads holds at one moment, as far as it can be seen without reading files.
 * Immutable.
 *
 * @param versions the versions, by name and number
 * @param releases the files that say which versions answer, by the head's name
 * @param unreadable places that can't be examined, such as {@code cats} or {@code cats/1}, with the
 *     reason: what is there is not known
 * @param empty places that are there without any version or file in them, as when a volume of their
 *     own is not mounted: what belongs there is not known
 * @param foreign folders that can't be heads, with the reason
 */
record HeadCatalog(
    ImmutableSortedMap<HeadVersion, FileFingerprint> versions,
    ImmutableMap<String, FileFingerprint> releases,
    ImmutableMap<String, String> unreadable,
    ImmutableSet<String> empty,
    ImmutableMap<String, String> foreign) {

  static String releasePlace(String name) {
    return name + "/" + VersionsFile.NAME;
  }

  /** Whether a place is that of such a file. */
  static boolean isReleasePlace(String place) {
    return place.endsWith("/" + VersionsFile.NAME);
  }

  /** Whether it is not known if this version is there. */
  boolean hides(HeadVersion version) {
    return hidesAllOf(version.name()) || hides(version.place());
  }

  /** Whether it is not known which versions of this head answer. */
  boolean hidesRelease(String name) {
    return hidesAllOf(name) || hides(releasePlace(name));
  }

  /** Whether it is not known which versions of a head are there. */
  boolean hidesAllOf(String name) {
    return hides(name);
  }

  private boolean hides(String place) {
    return unreadable.containsKey(place) || empty.contains(place);
  }

  /** Whether a head, or a version of it, can't be examined or is empty. */
  boolean hidesAnyOf(String name) {
    return Stream.concat(unreadable.keySet().stream(), empty.stream())
        .anyMatch(place -> place.equals(name) || place.startsWith(name + "/"));
  }

  /** How many places of versions can't be examined or are empty, and have no loaded version. */
  long placesWithout(Set<HeadVersion> loaded) {
    return Stream.concat(unreadable.keySet().stream(), empty.stream())
        .filter(place -> !isReleasePlace(place))
        .filter(place -> loaded.stream().noneMatch(version -> version.isIn(place)))
        .count();
  }

  /** The empty place where this version would be, if it is in one. */
  Optional<String> emptyPlaceOf(HeadVersion version) {
    return Stream.of(version.name(), version.place()).filter(empty::contains).findFirst();
  }

  /**
   * Whether a place such as {@code cats}, {@code cats/1} or {@code cats/versions.json} is there to
   * be read.
   */
  boolean shows(String place) {
    return versionsOf(Splitter.on('/').splitToList(place).get(0))
            .anyMatch(version -> version.name().equals(place) || version.place().equals(place))
        || releases.keySet().stream().anyMatch(name -> releasePlace(name).equals(place));
  }

  /** The files of a version, if its folder is there. */
  Optional<FileFingerprint> filesOf(HeadVersion version) {
    return Optional.ofNullable(versions.get(version));
  }

  Stream<HeadVersion> versionsOf(String name) {
    return HeadVersion.allOf(name, versions.keySet()).stream();
  }

  OptionalInt highestOf(String name) {
    return versionsOf(name).mapToInt(HeadVersion::version).max();
  }

  /** Collects a catalog. */
  static final class Builder {

    private final ImmutableSortedMap.Builder<HeadVersion, FileFingerprint> versions =
        ImmutableSortedMap.naturalOrder();
    private final ImmutableMap.Builder<String, FileFingerprint> releases = ImmutableMap.builder();
    private final ImmutableMap.Builder<String, String> unreadable = ImmutableMap.builder();
    private final ImmutableSet.Builder<String> empty = ImmutableSet.builder();
    private final ImmutableMap.Builder<String, String> foreign = ImmutableMap.builder();

    void version(HeadVersion version, FileFingerprint files) {
      versions.put(version, files);
    }

    void release(String name, FileFingerprint file) {
      releases.put(name, file);
    }

    void unreadable(String place, Exception reason) {
      unreadable.put(place, reason.toString());
    }

    void empty(String place) {
      empty.add(place);
    }

    void foreign(String place, String reason) {
      foreign.put(place, reason);
    }

    HeadCatalog build() {
      return new HeadCatalog(
          versions.buildOrThrow(),
          releases.buildOrThrow(),
          unreadable.buildOrThrow(),
          empty.build(),
          foreign.buildOrThrow());
    }
  }
}
