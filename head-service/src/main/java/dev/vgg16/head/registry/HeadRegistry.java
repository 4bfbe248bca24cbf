package dev.vgg16.head.registry;

import com.google.common.collect.Sets;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadId;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.service.errors.ServingException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The loaded heads by name and version. A name alone means the pinned version where that is loaded,
 * and else the highest; no name means the default head.
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
  public Head acquire(String id) {
    while (true) {
      LoadedHeads now = loaded;
      Head head = find(now, id);
      if (head.retain()) {
        return head;
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
   * @param id "name", "name@version" or "" for the default head
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  public Head find(String id) {
    return find(loaded, id);
  }

  private Head find(LoadedHeads now, String id) {
    return now.find(HeadId.parse(id.isEmpty() ? defaultHead : id));
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
   * @param pin the new pin; empty: it stays
   */
  synchronized void update(
      Collection<Head> ready, Collection<HeadVersion> gone, Optional<Pin> pin) {
    if (ready.isEmpty() && gone.isEmpty() && pin.isEmpty()) {
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
    if (pin.isPresent()) {
      after = after.withPin(pin.get().name(), pin.get().version());
    }
    loaded = after;
    Set<Head> remaining = Sets.newIdentityHashSet();
    remaining.addAll(after.all());
    before.all().stream().filter(head -> !remaining.contains(head)).forEach(Head::close);
  }

  /**
   * What a name alone means.
   *
   * @param version as long as it is loaded; empty: the highest
   */
  record Pin(String name, Optional<Integer> version) {

    /** The version that is meant, loaded or not. */
    Optional<HeadVersion> meant() {
      return version.map(number -> new HeadVersion(name, number));
    }
  }

  /** Whether this is what a name alone means already. */
  boolean has(Pin pin) {
    return loaded.pinned(pin.name()).equals(pin.version());
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

  /** Whether the bare name means this head. */
  public boolean isDefaultVersion(Head head) {
    return loaded.isDefaultVersion(head);
  }

  /** Unloads all of them. */
  @Override
  public void close() {
    all().forEach(Head::close);
  }
}
