package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadId;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.service.errors.OneLine;
import dev.vgg16.service.errors.ServingException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is loaded at one moment: the heads by name and version, and the pinned versions. A name
 * alone means the pinned version where that is loaded, and else the highest. Immutable.
 */
final class LoadedHeads {

  /** A status travels in headers, which gRPC holds to 8 KiB: lists and names are cut to fit. */
  private static final int MAX_LISTED = 20;

  private static final int MAX_NAME = 100;

  private final ImmutableSortedMap<String, NavigableMap<Integer, Head>> heads;
  private final ImmutableMap<String, Integer> pins;

  private LoadedHeads(
      SortedMap<String, NavigableMap<Integer, Head>> heads, Map<String, Integer> pins) {
    this.heads = ImmutableSortedMap.copyOfSorted(heads);
    this.pins = ImmutableMap.copyOf(pins);
  }

  static LoadedHeads of(Collection<Head> heads) {
    TreeMap<String, NavigableMap<Integer, Head>> all = new TreeMap<>();
    for (Head head : heads) {
      HeadManifest manifest = head.manifest();
      all.computeIfAbsent(manifest.name(), name -> new TreeMap<>()).put(manifest.version(), head);
    }
    return new LoadedHeads(all, ImmutableMap.of());
  }

  /** With one head more, or in the place of the one of that name and version. */
  LoadedHeads with(Head head) {
    HeadManifest manifest = head.manifest();
    TreeMap<Integer, Head> versions = new TreeMap<>(versions(manifest.name()));
    versions.put(manifest.version(), head);
    return withVersions(manifest.name(), versions);
  }

  /** Without one head. */
  LoadedHeads without(Head head) {
    TreeMap<Integer, Head> versions = new TreeMap<>(versions(head.manifest().name()));
    versions.values().remove(head);
    return withVersions(head.manifest().name(), versions);
  }

  private LoadedHeads withVersions(String name, NavigableMap<Integer, Head> versions) {
    TreeMap<String, NavigableMap<Integer, Head>> all = new TreeMap<>(heads);
    if (versions.isEmpty()) {
      all.remove(name);
    } else {
      all.put(name, versions);
    }
    return new LoadedHeads(all, pins);
  }

  /** With this version pinned, or none. */
  LoadedHeads withPin(String name, Optional<Integer> version) {
    Map<String, Integer> all = new HashMap<>(pins);
    all.remove(name);
    version.ifPresent(pinned -> all.put(name, pinned));
    return new LoadedHeads(heads, all);
  }

  /** The version that is pinned, loaded or not. */
  Optional<Integer> pinned(String name) {
    return Optional.ofNullable(pins.get(name));
  }

  /** One version, if it is loaded. */
  Optional<Head> get(String name, int version) {
    return Optional.ofNullable(versions(name).get(version));
  }

  /**
   * Finds a head.
   *
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  Head find(HeadId id) {
    String name = id.name();
    NavigableMap<Integer, Head> versions = heads.get(name);
    if (versions == null) {
      throw ServingException.notFound(
          "there is no head %s; loaded are %s".formatted(truncated(name), listed(heads.keySet())));
    }
    return id.version()
        .map(version -> version(name, versions, version))
        .orElseGet(() -> defaultOf(name, versions));
  }

  private Head defaultOf(String name, NavigableMap<Integer, Head> versions) {
    Head pinned = pins.containsKey(name) ? versions.get(pins.get(name)) : null;
    return pinned == null ? versions.lastEntry().getValue() : pinned;
  }

  private static Head version(String name, Map<Integer, Head> versions, String version) {
    // As text, so that "01" or "1.0" is no version 1.
    return versions.entrySet().stream()
        .filter(entry -> entry.getKey().toString().equals(version))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseThrow(
            () ->
                ServingException.notFound(
                    "the head %s has no version %s; it has %s"
                        .formatted(name, truncated(version), listed(versions.keySet()))));
  }

  /** Whether the bare name means this head. */
  boolean isDefaultVersion(Head head) {
    String name = head.manifest().name();
    return heads.containsKey(name) && defaultOf(name, heads.get(name)) == head;
  }

  /** All heads, by name and then version. */
  List<Head> all() {
    return heads.values().stream().flatMap(versions -> versions.values().stream()).toList();
  }

  Collection<String> names() {
    return heads.keySet();
  }

  /** How many versions of a head there are. */
  int count(String name) {
    return versions(name).size();
  }

  private NavigableMap<Integer, Head> versions(String name) {
    return heads.getOrDefault(name, new TreeMap<>());
  }

  private static String truncated(String name) {
    return OneLine.truncated(name, MAX_NAME);
  }

  private static String listed(Collection<?> all) {
    String first =
        all.stream()
            .limit(MAX_LISTED)
            .map(name -> truncated(name.toString()))
            .collect(Collectors.joining(", "));
    int more = all.size() - MAX_LISTED;
    return more <= 0 ? first : "%s and %d more".formatted(first, more);
  }

  /** The first name; "" when there is none. */
  String firstName() {
    return names().stream().findFirst().orElse("");
  }
}
