package dev.vgg16.head.registry;

import dev.vgg16.head.head.Head;
import dev.vgg16.serving.fault.ServingException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The loaded heads by name and version. A name alone means its highest version; no name means the
 * default head. Immutable.
 */
public final class HeadRegistry implements AutoCloseable {

  /** A status travels in headers, which gRPC holds to 8 KiB: lists and names are cut to fit. */
  private static final int MAX_LISTED = 20;

  private static final int MAX_NAME = 100;

  private final NavigableMap<String, NavigableMap<Integer, Head>> heads = new TreeMap<>();
  private final String defaultHead;

  /**
   * @param defaultHead the name of the head that answers when none is asked for; empty: the first
   *     by name
   * @throws IllegalArgumentException when the default head is not among them
   */
  public HeadRegistry(Collection<Head> loaded, Optional<String> defaultHead) {
    for (Head head : loaded) {
      heads
          .computeIfAbsent(head.manifest().name(), name -> new TreeMap<>())
          .put(head.manifest().version(), head);
    }
    this.defaultHead = defaultHead.orElseGet(heads::firstKey);
    if (!heads.containsKey(this.defaultHead)) {
      throw new IllegalArgumentException(
          "default-head is %s, and loaded are %s".formatted(this.defaultHead, heads.keySet()));
    }
  }

  /**
   * Finds a head.
   *
   * @param id "name", "name@version" or "" for the default head
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  public Head find(String id) {
    int at = id.indexOf('@');
    String name = id.isEmpty() ? defaultHead : at < 0 ? id : id.substring(0, at);
    NavigableMap<Integer, Head> versions = heads.get(name);
    if (versions == null) {
      throw ServingException.notFound(
          "there is no head %s; loaded are %s".formatted(cut(name), listed(heads.keySet())));
    }
    return at < 0
        ? versions.lastEntry().getValue()
        : findVersion(name, versions, id.substring(at + 1));
  }

  private static Head findVersion(String name, Map<Integer, Head> versions, String version) {
    // As text, so that "01" or "1.0" is no version 1.
    return versions.entrySet().stream()
        .filter(entry -> entry.getKey().toString().equals(version))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseThrow(
            () ->
                ServingException.notFound(
                    "the head %s has no version %s; it has %s"
                        .formatted(name, cut(version), listed(versions.keySet()))));
  }

  private static String cut(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "...";
  }

  private static String listed(Collection<?> all) {
    String first =
        all.stream()
            .limit(MAX_LISTED)
            .map(name -> cut(name.toString()))
            .collect(Collectors.joining(", "));
    int more = all.size() - MAX_LISTED;
    return more <= 0 ? first : "%s and %d more".formatted(first, more);
  }

  /** All heads, by name and then version. */
  public List<Head> all() {
    return heads.values().stream()
        .flatMap(versions -> versions.values().stream())
        .sorted(
            Comparator.comparing((Head head) -> head.manifest().name())
                .thenComparing(head -> head.manifest().version()))
        .toList();
  }

  public String defaultHead() {
    return defaultHead;
  }

  /** Whether the bare name means this head. */
  public boolean isDefaultVersion(Head head) {
    return heads.get(head.manifest().name()).lastEntry().getValue() == head;
  }

  /** Unloads all of them. */
  @Override
  public void close() {
    all().forEach(Head::close);
  }
}
