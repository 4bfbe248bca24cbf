package dev.vgg16.head.registry;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.release.Release;
import dev.vgg16.release.TrafficShare;
import dev.vgg16.release.TrafficSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loaded versions of one head, and which of them answer. Immutable.
 *
 * <p>A version that a release names and that is not loaded does nothing: without the default
 * version the highest is that, and the default version answers the shares of the others.
 *
 * @param name of the head
 * @param versions at least one
 */
record ReleasedHead(String name, ImmutableSortedMap<Integer, Head> versions, Release release) {

  /** The version that the name means. */
  Head stable() {
    Head pinned = release.stable().map(versions::get).orElse(null);
    return pinned == null ? latest() : pinned;
  }

  Head latest() {
    return requireNonNull(versions.get(versions.lastKey()));
  }

  /** Who answers for the name. */
  HeadRoute route() {
    Head stable = stable();
    ImmutableList<TrafficShare> traffic = release.traffic();
    return HeadRoute.byName(
        stable,
        traffic.isEmpty() ? Optional.empty() : Optional.of(new TrafficSplit(name, traffic)),
        traffic.stream().map(share -> usable(share.version()).orElse(stable)).toList(),
        release.shadow().stream()
            .flatMap(version -> usable(version).stream())
            .filter(head -> head != stable)
            .toList());
  }

  /** A version beside the default one: it gets maps that were made for that. */
  private Optional<Head> usable(int version) {
    Head head = versions.get(version);
    return head == null || !isOfSameBackbone(head) ? Optional.empty() : Optional.of(head);
  }

  private boolean isOfSameBackbone(Head head) {
    return head.manifest().backbone().equals(stable().manifest().backbone());
  }

  /** What a loaded version does. */
  HeadRole role(Head head) {
    int version = head.manifest().version();
    boolean isDefault = head == stable();
    return new HeadRole(
        isDefault,
        release.labels().entrySet().stream()
            .filter(label -> label.getValue() == version)
            .map(Map.Entry::getKey)
            .toList(),
        percent(isDefault ? bucketsOfDefault() : bucketsOf(version)),
        !isDefault && release.shadow().contains(version) && usable(version).isPresent());
  }

  private int bucketsOf(int version) {
    return usable(version).isEmpty()
        ? 0
        : release.traffic().stream()
            .filter(share -> share.version() == version)
            .mapToInt(TrafficShare::buckets)
            .sum();
  }

  private int bucketsOfDefault() {
    int own = stable().manifest().version();
    return TrafficSplit.BUCKETS
        - release.traffic().stream()
            .map(TrafficShare::version)
            .filter(version -> version != own)
            .mapToInt(this::bucketsOf)
            .sum();
  }

  private static double percent(int buckets) {
    return new TrafficShare(1, buckets).percent().doubleValue();
  }

  /** Why the release can't be carried out as it is written, a line for each version of it. */
  List<String> shortfalls() {
    List<String> lines = new ArrayList<>();
    release
        .stable()
        .filter(version -> !versions.containsKey(version))
        .ifPresent(
            version ->
                lines.add(
                    line("makes version " + version + " the default", version, "the highest is")));
    for (TrafficShare share : release.traffic()) {
      if (usable(share.version()).isEmpty()) {
        lines.add(
            line(
                "gives " + share.percent().toPlainString() + "% to version " + share.version(),
                share.version(),
                "the default version answers them"));
      }
    }
    for (int version : release.shadow()) {
      if (usable(version).isEmpty()) {
        lines.add(line("has version " + version + " in the shadow", version, "it scores nothing"));
      }
    }
    release
        .labels()
        .forEach(
            (label, version) -> {
              if (!versions.containsKey(version)) {
                lines.add(
                    line(
                        "calls version " + version + " " + label,
                        version,
                        "requests for that label fail"));
              }
            });
    return lines;
  }

  private String line(String says, int version, String effect) {
    @Nullable Head head = versions.get(version);
    return "head %s: versions.json %s, which is %s: %s"
        .formatted(
            name,
            says,
            head == null ? "not loaded" : "of another backbone than the default version",
            effect);
  }
}
