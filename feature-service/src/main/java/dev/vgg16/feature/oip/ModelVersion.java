package dev.vgg16.feature.oip;

import java.util.Comparator;

/**
 * A model of a request or an answer.
 *
 * @param version empty: the one that answers for the name
 */
record ModelVersion(String name, String version) implements Comparable<ModelVersion> {

  private static final Comparator<ModelVersion> ORDER =
      Comparator.comparing(ModelVersion::name).thenComparing(ModelVersion::version);

  /** Whether it is the other, or has no version and the other is one of its versions. */
  boolean isOrHas(ModelVersion other) {
    return name.equals(other.name) && (version.isEmpty() || version.equals(other.version));
  }

  /** As a head is asked for. */
  String asHead() {
    return version.isEmpty() ? name : name + "@" + version;
  }

  @Override
  public int compareTo(ModelVersion other) {
    return ORDER.compare(this, other);
  }
}
