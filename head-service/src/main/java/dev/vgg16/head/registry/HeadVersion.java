package dev.vgg16.head.registry;

import com.google.common.primitives.Ints;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadId;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One version of one head, loaded or not.
 *
 * @param version at least 1
 */
record HeadVersion(String name, int version) implements Comparable<HeadVersion> {

  private static final Comparator<HeadVersion> ORDER =
      Comparator.comparing(HeadVersion::name).thenComparingInt(HeadVersion::version);

  static HeadVersion of(Head head) {
    return new HeadVersion(head.manifest().name(), head.manifest().version());
  }

  /** By the name of its folder, which is a number as it is usually written. */
  static Optional<HeadVersion> parse(String name, String folder) {
    Integer version = Ints.tryParse(folder);
    return version == null || version < 1 || !version.toString().equals(folder)
        ? Optional.empty()
        : Optional.of(new HeadVersion(name, version));
  }

  /** Those of one head, without going through all. */
  static SortedSet<HeadVersion> allOf(String name, NavigableSet<HeadVersion> versions) {
    return versions.subSet(
        new HeadVersion(name, 0), true, new HeadVersion(name, Integer.MAX_VALUE), true);
  }

  /** Where it lies in a folder of heads. */
  String place() {
    return name + "/" + version;
  }

  /**
   * @param place such as {@code cats} or {@code cats/1}
   */
  boolean isIn(String place) {
    return place.equals(name) || place.equals(place());
  }

  @Override
  public int compareTo(HeadVersion other) {
    return ORDER.compare(this, other);
  }

  /** As in requests. */
  @Override
  public String toString() {
    return HeadId.of(name, version).toString();
  }
}
