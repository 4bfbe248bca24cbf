package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What a folder of heads holds at one moment, as far as it can be seen without reading files.
 * Immutable.
 *
 * @param versions the versions, by name and number
 * @param pins the files that pin a version, by the head's name
 * @param unreadable places that can't be looked at, such as {@code cats} or {@code cats/1}, with
 *     the reason: what is there is not known
 * @param foreign folders that can't be heads, with the reason
 */
record HeadCatalog(
    ImmutableSortedMap<HeadVersion, FileFingerprint> versions,
    ImmutableMap<String, FileFingerprint> pins,
    ImmutableMap<String, String> unreadable,
    ImmutableMap<String, String> foreign) {

  /** The name of the files that pin a version. */
  static final String PIN_FILE = "versions.json";

  static String pinPlace(String name) {
    return name + "/" + PIN_FILE;
  }

  /** Whether it is not known if this version is there. */
  boolean hides(HeadVersion version) {
    return hidesAllOf(version.name()) || unreadable.containsKey(version.place());
  }

  /** Whether it is not known if this head has a pinned version. */
  boolean hidesPin(String name) {
    return hidesAllOf(name) || unreadable.containsKey(pinPlace(name));
  }

  /** Whether it is not known which versions of a head are there. */
  boolean hidesAllOf(String name) {
    return unreadable.containsKey(name);
  }

  /** Whether a version of a head can't be looked at. */
  boolean hidesAnyOf(String name) {
    return unreadable.keySet().stream()
        .anyMatch(place -> place.equals(name) || place.startsWith(name + "/"));
  }

  Stream<HeadVersion> versionsOf(String name) {
    return versions.keySet().stream().filter(version -> version.name().equals(name));
  }

  OptionalInt highestOf(String name) {
    return versionsOf(name).mapToInt(HeadVersion::version).max();
  }

  /** Collects a catalog. */
  static final class Builder {

    private final ImmutableSortedMap.Builder<HeadVersion, FileFingerprint> versions =
        ImmutableSortedMap.naturalOrder();
    private final ImmutableMap.Builder<String, FileFingerprint> pins = ImmutableMap.builder();
    private final ImmutableMap.Builder<String, String> unreadable = ImmutableMap.builder();
    private final ImmutableMap.Builder<String, String> foreign = ImmutableMap.builder();

    void version(HeadVersion version, FileFingerprint files) {
      versions.put(version, files);
    }

    void pin(String name, FileFingerprint file) {
      pins.put(name, file);
    }

    void unreadable(String place, Exception reason) {
      unreadable.put(place, reason.toString());
    }

    void foreign(String place, String reason) {
      foreign.put(place, reason);
    }

    HeadCatalog build() {
      return new HeadCatalog(
          versions.buildOrThrow(),
          pins.buildOrThrow(),
          unreadable.buildOrThrow(),
          foreign.buildOrThrow());
    }
  }
}
