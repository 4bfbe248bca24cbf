package dev.vgg16.head.registry;

import ai.onnxruntime.OrtException;
import dev.vgg16.head.head.Head;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.serving.manifest.ManifestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the loaded heads what the folder holds, while they are served.
 *
 * <p>Each look compares the folder with what was made of it. What differs is dealt with when it is
 * the same as at the last look: nobody is writing it any more. That is done once, so that a broken
 * head is refused with one line in the log, and one that was unloaded by hand stays so until its
 * files change. A version that can't be loaded leaves the one that it should replace where it is.
 *
 * <p>Thread-safe; one thread at a time loads.
 */
public final class FolderSync {

  private static final Logger logger = LoggerFactory.getLogger(FolderSync.class);

  private final HeadFolder folder;
  private final HeadRegistry registry;
  private final Listener listener;

  // Guarded by this.
  private final Map<Path, Stamp> done;
  private Map<Path, Stamp> last;
  private String trouble = "";

  /** Told of what was done, for metrics. */
  public interface Listener {

    /** What happened to a head. */
    enum Change {
      LOADED,
      REFUSED,
      UNLOADED
    }

    /** Hears nothing. */
    Listener NONE = change -> {};

    void happened(Change change);
  }

  /**
   * @param before what was in the folder before the registry's heads were loaded from it
   */
  FolderSync(HeadFolder folder, HeadRegistry registry, Map<Path, Stamp> before, Listener listener) {
    this.folder = folder;
    this.registry = registry;
    this.listener = listener;
    this.done = new HashMap<>(before);
    this.last = before;
    before.keySet().stream().filter(HeadFolder::isPin).forEach(this::pin);
  }

  /** Loads the heads of a folder into a registry that goes with it. */
  public static FolderSync load(
      HeadFolder folder, Optional<String> defaultHead, Listener listener) {
    Map<Path, Stamp> before = folder.stamps();
    return new FolderSync(folder, new HeadRegistry(folder.load(), defaultHead), before, listener);
  }

  public HeadRegistry registry() {
    return registry;
  }

  /** Looks at the folder, and loads and unloads what has changed and is complete. */
  public synchronized void look() {
    Map<Path, Stamp> now;
    try {
      now = folder.stamps();
      trouble = "";
    } catch (ManifestException e) {
      // A volume that is away for a moment is no reason to unload anything.
      if (!trouble.equals(e.getMessage())) {
        logger.error("heads stay as they are: {}", e.getMessage(), e);
      }
      trouble = e.getMessage();
      return;
    }
    Set<Path> places = new HashSet<>(now.keySet());
    places.addAll(done.keySet());
    for (Path place : places) {
      Stamp stamp = now.get(place);
      if (!Objects.equals(stamp, done.get(place)) && Objects.equals(stamp, last.get(place))) {
        change(place, stamp);
      }
    }
    last = now;
  }

  private void change(Path place, Stamp stamp) {
    if (HeadFolder.isPin(place)) {
      pin(place);
    } else if (stamp == null) {
      vanished(place);
    } else {
      try {
        put(place);
      } catch (ManifestException e) {
        // Logged, and done with.
      }
    }
    markDone(place, stamp);
  }

  private void markDone(Path place, Stamp stamp) {
    if (stamp == null) {
      done.remove(place);
    } else {
      done.put(place, stamp);
    }
  }

  private void put(Path place) {
    Head head;
    try {
      head = folder.load(place);
    } catch (OrtException | RuntimeException e) {
      logger.error("head refused: {}: {}", place, e.getMessage(), e);
      listener.happened(Listener.Change.REFUSED);
      throw new ManifestException(e.getMessage());
    }
    registry.put(head);
    listener.happened(Listener.Change.LOADED);
  }

  private void vanished(Path place) {
    String name = place.getParent().getFileName().toString();
    int version = HeadFolder.versionOf(place);
    if (!registry.contains(name, version)) {
      return;
    }
    try {
      remove(name, version);
    } catch (ServingException e) {
      logger.warn("{} is gone, and stays loaded: {}", place, e.getMessage());
    }
  }

  private void remove(String name, int version) {
    registry.remove(name, version);
    logger.info("head unloaded: {}@{}", name, version);
    listener.happened(Listener.Change.UNLOADED);
  }

  private void pin(Path pin) {
    String name = pin.getParent().getFileName().toString();
    try {
      Optional<Integer> version =
          Files.exists(pin) ? Optional.of(HeadFolder.pinned(pin)) : Optional.empty();
      String pinned =
          version.map(v -> "version " + v + " is pinned").orElse("no version is pinned");
      if (registry.pin(name, version)) {
        logger.info("head {}: {}", name, pinned);
      } else {
        logger.warn("head {}: {}, which is not loaded: the highest answers", name, pinned);
      }
    } catch (ManifestException e) {
      logger.error("pin refused: {}", e.getMessage(), e);
    }
  }

  /**
   * Loads one version now, whatever was made of it before.
   *
   * @param version empty: the highest in the folder
   * @throws ServingException {@code NOT_FOUND} when it has no folder, {@code MISMATCH} when it
   *     can't be used; then one that was loaded before goes on
   */
  public synchronized Head load(String name, Optional<Integer> version) {
    int wanted =
        version.orElseGet(
            () ->
                folder
                    .highestVersion(name)
                    .orElseThrow(
                        () -> ServingException.notFound("there is no folder of a head " + name)));
    Path place = folder.versionFolder(name, wanted);
    if (!Files.isDirectory(place)) {
      throw ServingException.notFound("there is no folder of a head %s/%d".formatted(name, wanted));
    }
    Stamp stamp = Stamp.ofFolder(place);
    try {
      put(place);
    } catch (ManifestException e) {
      throw ServingException.mismatch(e.getMessage());
    } finally {
      markDone(place, stamp);
    }
    return registry.find(name + "@" + wanted);
  }

  /**
   * Unloads one version, until its files change.
   *
   * @throws ServingException {@code NOT_FOUND} when it is not loaded, {@code MISMATCH} when it is
   *     the last one of the default head
   */
  public synchronized void unload(String name, int version) {
    remove(name, version);
  }
}
