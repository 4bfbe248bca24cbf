package dev.vgg16.head.registry;

import com.google.common.collect.Sets;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadId;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.release.Release;
import dev.vgg16.service.errors.ServingException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The loaded heads by name and version. A name alone means the default version, but for the shares
 * of others; the highest version where none is the default. No name means the default head.
 *
 * <p>Thread-safe. Readers see a snapshot and take no lock. A head that is replaced or removed is
 * unloaded after the last request that acquired it.
 */
public final class HeadRegistry implements HeadSource, AutoCloseable {

  private final String defaultHead;
  private volatile LoadedHeads loaded;

  /**
   * @param defaultHead the name of the head that answers when none is asked for; empty: the first
   *     by name, and it stays that one
   * @throws IllegalArgumentException when the default head is not among them
   */
  public HeadRegistry(Collection<Head> heads, Optional<String> defaultHead) {
    LoadedHeads all = LoadedHeads.of(heads);
    this.loaded = all;
    this.defaultHead = defaultHead.orElseGet(all::firstName);
    if (!all.names().contains(this.defaultHead)) {
      throw new IllegalArgumentException(
          "--default-head is %s, and loaded are %s".formatted(this.defaultHead, all.names()));
    }
  }

  @Override
  public HeadRoute acquire(String id) {
    while (true) {
      LoadedHeads now = loaded;
      HeadRoute route = now.route(parse(id));
      if (route.retain()) {
        return route;
      }
      if (now == loaded) {
        throw ServingException.unavailable("the head %s is unloaded".formatted(id));
      }
      // It was replaced in between: there is another.
    }
  }

  /**
   * Finds a head, to describe it; it may be unloaded at any time.
   *
   * @param id "name", "name@version", "name@label" or "" for the default head
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  public Head find(String id) {
    return loaded.find(parse(id));
  }

  private HeadId parse(String id) {
    return HeadId.parse(id.isEmpty() ? defaultHead : id);
  }

  /** Adds a head that is ready to score, in the place of the same version if that is loaded. */
  public synchronized void put(Head head) {
    HeadManifest manifest = head.manifest();
    Optional<Head> replaced = loaded.get(manifest.name(), manifest.version());
    loaded = loaded.with(head);
    replaced.ifPresent(Head::close);
  }

  /**
   * Unloads a version.
   *
   * @throws ServingException {@code NOT_FOUND} when it is not loaded, {@code MISMATCH} when it is
   *     the last one of the default head
   */
  public synchronized void remove(String name, int version) {
    HeadId id = HeadId.of(name, version);
    Head head = loaded.find(id);
    if (name.equals(defaultHead) && loaded.count(name) == 1) {
      throw ServingException.mismatch(
          "%s is the last version of the default head, which must stay".formatted(id));
    }
    loaded = loaded.without(head);
    head.close();
  }

  /**
   * Makes several changes of one head at once, so that no request sees a part of them.
   *
   * @param ready heads that are ready to score, in the place of the same versions if those are
   *     loaded
   * @param gone versions to unload
   * @param name of the head
   * @param release the new one; empty: it stays
   */
  synchronized void update(
      String name,
      Collection<Head> ready,
      Collection<HeadVersion> gone,
      Optional<Release> release) {
    if (ready.isEmpty() && gone.isEmpty() && release.isEmpty()) {
      return;
    }
    LoadedHeads before = loaded;
    LoadedHeads after = before;
    for (Head head : ready) {
      after = after.with(head);
    }
    for (HeadVersion version : gone) {
      after = after.get(version.name(), version.version()).map(after::without).orElse(after);
    }
    if (release.isPresent()) {
      after = after.withRelease(name, release.get());
    }
    loaded = after;
    Set<Head> remaining = Sets.newIdentityHashSet();
    remaining.addAll(after.all());
    before.all().stream().filter(head -> !remaining.contains(head)).forEach(Head::close);
  }

  /** Which versions of a head are to answer, loaded or not. */
  Release release(String name) {
    return loaded.release(name);
  }

  /** Why releases can't be carried out as they are written, by the head's name. */
  Map<String, List<String>> shortfalls() {
    return loaded.shortfalls();
  }

  /**
   * How many versions that a release names can't do what it says, being not loaded, for example.
   */
  public int unreleased() {
    return loaded.shortfalls().values().stream().mapToInt(List::size).sum();
  }

  /** The version that a name alone means, if one is loaded. */
  Optional<HeadVersion> meaningOf(String name) {
    LoadedHeads now = loaded;
    return now.names().contains(name)
        ? Optional.of(HeadVersion.of(now.find(HeadId.of(name))))
        : Optional.empty();
  }

  boolean contains(HeadVersion version) {
    return loaded.get(version.name(), version.version()).isPresent();
  }

  /** The versions that are loaded. */
  Set<HeadVersion> versions() {
    return loaded.all().stream().map(HeadVersion::of).collect(Collectors.toUnmodifiableSet());
  }

  /** All heads, by name and then version. */
  public List<Head> all() {
    return loaded.all();
  }

  public String defaultHead() {
    return defaultHead;
  }

  /** Whether the bare name means this head, but for the shares of others. */
  public boolean isDefaultVersion(Head head) {
    return loaded.isDefaultVersion(head);
  }

  /** What a head does for its name. */
  public HeadRole role(Head head) {
    return loaded.role(head);
  }

  /** Unloads all of them. */
  @Override
  public void close() {
    all().forEach(Head::close);
  }
}
