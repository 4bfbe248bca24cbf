package dev.vgg16.head.registry;

import dev.vgg16.head.head.Head;
import dev.vgg16.head.head.HeadManifest;
import dev.vgg16.head.head.HeadSource;
import dev.vgg16.serving.fault.ServingException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The loaded heads by name and version. A name alone means the pinned version where that is loaded,
 * and else the highest; no name means the default head.
 *
 * <p>Thread-safe. Who reads sees what is loaded at one moment and takes no lock. A head that is
 * replaced or removed ends when the last request that has acquired it is done.
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
    LoadedHeads all = LoadedHeads.NONE;
    for (Head head : heads) {
      all = all.with(head);
    }
    this.loaded = all;
    this.defaultHead = defaultHead.orElseGet(all::firstName);
    if (!all.names().contains(this.defaultHead)) {
      throw new IllegalArgumentException(
          "default-head is %s, and loaded are %s".formatted(this.defaultHead, all.names()));
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
    return now.find(id.isEmpty() ? defaultHead : id);
  }

  /** Takes a head that is ready to score, beside or in the place of the one of its version. */
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
    Head head = loaded.find(name + "@" + version);
    if (name.equals(defaultHead) && loaded.count(name) == 1) {
      throw ServingException.mismatch(
          "%s@%d is the last version of the default head, which must stay"
              .formatted(name, version));
    }
    loaded = loaded.without(head);
    head.close();
  }

  /**
   * Makes a name alone mean this version, as long as it is loaded; or the highest.
   *
   * @return whether it is loaded, or none was named
   */
  public synchronized boolean pin(String name, Optional<Integer> version) {
    loaded = loaded.withPin(name, version);
    return version.map(pinned -> loaded.get(name, pinned).isPresent()).orElse(true);
  }

  /** Whether this version is loaded. */
  public boolean contains(String name, int version) {
    return loaded.get(name, version).isPresent();
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
