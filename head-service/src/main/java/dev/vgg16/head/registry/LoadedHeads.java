package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadId;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.release.Release;
import dev.vgg16.service.errors.OneLine;
import dev.vgg16.service.errors.ServingException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is loaded at one moment: the heads by name and version, and which versions answer.
 * Immutable.
 */
final class LoadedHeads {

  /** A status travels in headers, which gRPC holds to 8 KiB: lists and names are cut to fit. */
  private static final int MAX_LISTED = 20;

  private static final int MAX_NAME = 100;

  private final ImmutableSortedMap<String, ReleasedHead> heads;
  // Also of heads of which no version is loaded.
  private final ImmutableMap<String, Release> releases;
  // Of each name: most requests ask for no version.
  private final ImmutableMap<String, HeadRoute> routes;

  private LoadedHeads(SortedMap<String, ReleasedHead> heads, Map<String, Release> releases) {
    this.heads = ImmutableSortedMap.copyOfSorted(heads);
    this.releases = ImmutableMap.copyOf(releases);
    this.routes =
        heads.values().stream()
            .collect(ImmutableMap.toImmutableMap(ReleasedHead::name, ReleasedHead::route));
  }

  static LoadedHeads of(Collection<Head> heads) {
    LoadedHeads all = new LoadedHeads(new TreeMap<>(), Map.of());
    for (Head head : heads) {
      all = all.with(head);
    }
    return all;
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

  private LoadedHeads withVersions(String name, SortedMap<Integer, Head> versions) {
    return with(name, versions, releases);
  }

  /** With another release of a head. */
  LoadedHeads withRelease(String name, Release release) {
    Map<String, Release> all = new HashMap<>(releases);
    all.put(name, release);
    if (release.equals(Release.NONE)) {
      all.remove(name);
    }
    return with(name, versions(name), all);
  }

  private LoadedHeads with(
      String name, SortedMap<Integer, Head> versions, Map<String, Release> allReleases) {
    TreeMap<String, ReleasedHead> all = new TreeMap<>(heads);
    if (versions.isEmpty()) {
      all.remove(name);
    } else {
      Release release = allReleases.getOrDefault(name, Release.NONE);
      all.put(name, new ReleasedHead(name, ImmutableSortedMap.copyOfSorted(versions), release));
    }
    return new LoadedHeads(all, allReleases);
  }

  /** Which versions of a head are to answer, loaded or not. */
  Release release(String name) {
    return releases.getOrDefault(name, Release.NONE);
  }

  /** Why releases can't be carried out as they are written, by the head's name. */
  ImmutableMap<String, List<String>> shortfalls() {
    return releases.keySet().stream()
        .filter(heads::containsKey)
        .collect(
            ImmutableMap.toImmutableMap(
                Function.identity(), name -> released(name).orElseThrow().shortfalls()));
  }

  /** One version, if it is loaded. */
  Optional<Head> get(String name, int version) {
    return Optional.ofNullable(versions(name).get(version));
  }

  /**
   * Finds the version that an id names, or for a name alone its default version.
   *
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  Head find(HeadId id) {
    ReleasedHead head = require(id.name());
    return id.version().map(version -> find(head, version)).orElseGet(head::stable);
  }

  /**
   * The versions that answer for an id.
   *
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  HeadRoute route(HeadId id) {
    @Nullable HeadRoute byName = id.version().isEmpty() ? routes.get(id.name()) : null;
    return byName == null ? HeadRoute.named(find(id)) : byName;
  }

  private ReleasedHead require(String name) {
    return released(name)
        .orElseThrow(
            () ->
                ServingException.notFound(
                    "there is no head %s; loaded are %s"
                        .formatted(truncated(name), listed(heads.keySet()))));
  }

  private Optional<ReleasedHead> released(String name) {
    return Optional.ofNullable(heads.get(name));
  }

  private static Head find(ReleasedHead head, String asked) {
    return switch (asked) {
      case Release.STABLE -> head.stable();
      case Release.LATEST -> head.latest();
      default -> {
        @Nullable Integer labelled = head.release().labels().get(asked);
        yield labelled == null ? version(head, asked) : labelled(head, asked, labelled);
      }
    };
  }

  private static Head labelled(ReleasedHead head, String label, int version) {
    return Optional.ofNullable(head.versions().get(version))
        .orElseThrow(
            () ->
                ServingException.notFound(
                    "the label %s of %s means version %d, which is not loaded; it has %s"
                        .formatted(label, head.name(), version, listed(head.versions().keySet()))));
  }

  private static Head version(ReleasedHead head, String version) {
    // As text, so that "01" or "1.0" is no version 1.
    return head.versions().entrySet().stream()
        .filter(entry -> entry.getKey().toString().equals(version))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseThrow(
            () ->
                ServingException.notFound(
                    "the head %s has no version %s; it has %s%s"
                        .formatted(
                            head.name(),
                            truncated(version),
                            listed(head.versions().keySet()),
                            labels(head))));
  }

  private static String labels(ReleasedHead head) {
    return head.release().labels().isEmpty()
        ? ""
        : ", and the labels " + listed(head.release().labels().keySet());
  }

  /** Whether the bare name means this head, but for the shares of others. */
  boolean isDefaultVersion(Head head) {
    return role(head).isDefault();
  }

  /** What a head does for its name; nothing where it is not loaded any more. */
  HeadRole role(Head head) {
    return released(head.manifest().name())
        .map(released -> released.role(head))
        .orElse(new HeadRole(false, List.of(), 0, false));
  }

  /** All heads, by name and then version. */
  List<Head> all() {
    return heads.values().stream().flatMap(head -> head.versions().values().stream()).toList();
  }

  Collection<String> names() {
    return heads.keySet();
  }

  /** How many versions of a head there are. */
  int count(String name) {
    return versions(name).size();
  }

  private SortedMap<Integer, Head> versions(String name) {
    return released(name).map(ReleasedHead::versions).orElse(ImmutableSortedMap.of());
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
