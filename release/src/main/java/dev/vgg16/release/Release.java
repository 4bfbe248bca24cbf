package dev.vgg16.release;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which versions of a head answer. Immutable.
 *
 * @param stable the default version: what the name means, and {@code NAME@stable}; empty: the
 *     highest that is loaded
 * @param labels versions by the label that also names them, as {@code NAME@canary}
 * @param traffic the versions that answer a share of the requests for the name, in the order in
 *     which they take their shares; the default version answers the rest
 * @param shadow the versions that score what the name is asked for, and never answer
 */
public record Release(
    Optional<Integer> stable,
    ImmutableSortedMap<String, Integer> labels,
    ImmutableList<TrafficShare> traffic,
    ImmutableSortedSet<Integer> shadow) {

  /** What holds without a file: the highest version answers. */
  public static final Release NONE =
      new Release(
          Optional.empty(),
          ImmutableSortedMap.of(),
          ImmutableList.of(),
          ImmutableSortedSet.<Integer>of());

  /** The label of the default version. */
  public static final String STABLE = "stable";

  /** The label of the highest version that is loaded. */
  public static final String LATEST = "latest";

  /** This version is the default one, and takes no share besides. */
  public Release withStable(int version) {
    return new Release(Optional.of(version), labels, others(traffic, version), shadow);
  }

  /** Without a default version: the highest is. */
  public Release withoutStable() {
    return new Release(Optional.empty(), labels, traffic, shadow);
  }

  /** This version answers a share; in its place among the others if it had one, else after them. */
  public Release withShare(TrafficShare share) {
    boolean known = traffic.stream().anyMatch(other -> other.version() == share.version());
    Stream<TrafficShare> shares =
        known
            ? traffic.stream().map(one -> one.version() == share.version() ? share : one)
            : Stream.concat(traffic.stream(), Stream.of(share));
    return new Release(
        stable,
        labels,
        shares.filter(one -> one.buckets() > 0).collect(ImmutableList.toImmutableList()),
        shadow);
  }

  /** The default version alone answers. */
  public Release withoutTraffic() {
    return new Release(stable, labels, ImmutableList.of(), shadow);
  }

  /** This label means this version. */
  public Release withLabel(String label, int version) {
    ImmutableSortedMap.Builder<String, Integer> all = ImmutableSortedMap.naturalOrder();
    labels.forEach(
        (other, meant) -> {
          if (!other.equals(label)) {
            all.put(other, meant);
          }
        });
    return new Release(stable, all.put(label, version).build(), traffic, shadow);
  }

  /** These versions score in the shadow. */
  public Release withShadow(Iterable<Integer> versions) {
    return new Release(stable, labels, traffic, ImmutableSortedSet.copyOf(versions));
  }

  private static ImmutableList<TrafficShare> others(
      ImmutableList<TrafficShare> traffic, int version) {
    return traffic.stream()
        .filter(share -> share.version() != version)
        .collect(ImmutableList.toImmutableList());
  }

  /** All versions that it names. */
  public ImmutableSet<Integer> versions() {
    return Stream.of(
            stable.stream(),
            labels.values().stream(),
            traffic.stream().map(TrafficShare::version),
            shadow.stream())
        .flatMap(numbers -> numbers)
        .collect(ImmutableSet.toImmutableSet());
  }

  /** The version that a label means; not of {@link #STABLE} and {@link #LATEST}. */
  public OptionalInt labelled(String label) {
    Integer version = labels.get(label);
    return version == null ? OptionalInt.empty() : OptionalInt.of(version);
  }

  /** On one line, such as {@code default 3, 5% to 4, shadow 5, canary = 4}. */
  public String describe() {
    return Stream.of(
            Stream.of("default " + stable.map(String::valueOf).orElse("the highest")),
            traffic.stream()
                .map(share -> share.percent().toPlainString() + "% to " + share.version()),
            shadow.stream().map(version -> "shadow " + version),
            labels.entrySet().stream().map(label -> label.getKey() + " = " + label.getValue()))
        .flatMap(parts -> parts)
        .collect(Collectors.joining(", "));
  }
}
