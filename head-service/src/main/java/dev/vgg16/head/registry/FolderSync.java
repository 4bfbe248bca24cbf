package dev.vgg16.head.registry;

import com.google.common.collect.Sets;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.head.registry.HeadLoader.HeadRefusedException;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.release.Release;
import dev.vgg16.service.errors.ServingException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles the loaded heads with the folder while they are served: scans it, lets {@link
 * Reconciliation} decide what to load and unload, and does that.
 *
 * <p>All changes of one head take effect at once; its new versions are loaded before the old ones
 * are unloaded. A broken head is refused with one line in the log. One that was unloaded on demand
 * stays so until its files change. While the folder or a part of it can't be read, its heads stay
 * as they are.
 *
 * <p>Thread-safe; one thread loads at a time.
 */
public final class FolderSync {

  private static final Logger logger = LoggerFactory.getLogger(FolderSync.class);

  private final HeadFolder folder;
  private final HeadRegistry registry;
  private final Listener listener;

  @GuardedBy("this")
  private final FolderState state;

  @GuardedBy("this")
  private final FolderEventLog notices;

  @GuardedBy("this")
  private final VersionLoader loader;

  private volatile int unbacked;
  private volatile int refused;

  /** Receives the changes, for metrics. */
  public interface Listener {

    /** What happened to a head. */
    enum Change {
      LOADED,
      REFUSED,
      UNLOADED
    }

    /** Ignores all changes. */
    Listener NONE = change -> {};

    void happened(Change change);
  }

  /**
   * @param state what was loaded from the folder so far, and is in the registry
   */
  FolderSync(
      HeadFolder folder,
      HeadLoader loader,
      HeadRegistry registry,
      FolderState state,
      Listener listener) {
    this.folder = folder;
    this.registry = registry;
    this.state = state;
    this.listener = listener;
    this.notices = new FolderEventLog(folder.path(), logger);
    this.loader = new VersionLoader(folder, loader, state, listener, notices);
    this.refused = state.refused(registry.versions());
    notices.begin(state.last());
    registry.shortfalls().forEach(notices::shortfalls);
    notices.end(state.last());
  }

  /**
   * Loads the heads of a folder.
   *
   * @param defaultHead the name of the head that answers when none is asked for; empty: the first
   * @param models gets those of the heads
   * @throws ManifestException when there is not one usable head, or the replicas that run may
   *     answer with another version than this one would
   */
  public static FolderSync load(
      HeadFolder folder, Optional<String> defaultHead, OpenModels models, Listener listener) {
    return new InitialLoad(folder, new HeadLoader(models)).load(defaultHead, listener);
  }

  public HeadRegistry registry() {
    return registry;
  }

  /** How many heads are loaded whose files are gone or can't be read. */
  public int unbacked() {
    return unbacked;
  }

  /** How many places of the folder have a version that can't be used as it is there. */
  public int refused() {
    return refused;
  }

  /** Scans the folder, and loads and unloads what has changed and is complete. */
  public synchronized void scan() {
    try {
      HeadCatalog now = folder.catalog();
      Reconciliation todo = state.reconcile(now, registry);
      if (todo.isAway()) {
        away("%s has no heads, as if its volume were not mounted".formatted(folder.path()));
      } else {
        reconcile(todo);
      }
    } catch (ManifestException e) {
      away(e.getMessage());
    }
  }

  @GuardedBy("this")
  private void away(String reason) {
    unbacked = registry.versions().size();
    state.away();
    notices.away(reason);
  }

  @GuardedBy("this")
  private void reconcile(Reconciliation todo) {
    HeadCatalog now = todo.now();
    notices.begin(now);
    todo.names().forEach(name -> reconcile(todo, name));
    notices.goneAtOnce(todo.absence().awaited());
    registry.shortfalls().forEach(notices::shortfalls);
    reportChanging(todo);
    state.scanned(todo);
    refused = state.refused(registry.versions());
    reportLost(todo);
    notices.end(now);
  }

  /** Of versions that are loaded, and whose files the folder does not show. */
  @GuardedBy("this")
  private void reportLost(Reconciliation todo) {
    Set<HeadVersion> lost = new HashSet<>(registry.versions());
    lost.removeAll(todo.now().versions().keySet());
    for (HeadVersion version : lost) {
      if (todo.isGone(version)) {
        notices.keptWithoutFiles(version);
      }
      todo.now().emptyPlaceOf(version).ifPresent(notices::empty);
    }
    unbacked = lost.size();
  }

  @GuardedBy("this")
  private void reportChanging(Reconciliation todo) {
    for (HeadVersion version : Sets.intersection(todo.unsettled(), state.restless())) {
      Optional<String> changed = todo.changedFile(version);
      if (changed.isPresent()) {
        notices.changing(version, changed.get());
      }
    }
  }

  @GuardedBy("this")
  private void reconcile(Reconciliation todo, String name) {
    List<Head> ready = loader.loadAll(todo, name);
    Optional<Release> release =
        todo.hasNewRelease(name) ? readRelease(todo.now(), name) : Optional.empty();
    List<HeadVersion> gone =
        todo.toUnload(name, registry.meaningOf(name), ready.stream().map(HeadVersion::of).toList());
    registry.update(name, ready, gone, release);
    ready.forEach(head -> listener.happened(Listener.Change.LOADED));
    gone.forEach(this::unloaded);
    todo.toForget(name).forEach(state::forget);
    release.ifPresent(now -> logger.info("head {}: {}", name, now.describe()));
  }

  /** Empty when it stays as it is. */
  @GuardedBy("this")
  private Optional<Release> readRelease(HeadCatalog now, String name) {
    Optional<FileFingerprint> file = Optional.ofNullable(now.releases().get(name));
    try {
      Release release = file.map(there -> folder.release(name)).orElse(Release.NONE);
      state.releaseRead(name, file);
      return release.equals(registry.release(name)) ? Optional.empty() : Optional.of(release);
    } catch (ManifestException e) {
      if (e.getCause() == null) {
        state.releaseRead(name, file);
        logger.error("release refused, the one before holds: {}", e.getMessage(), e);
      } else {
        notices.unreadable(HeadCatalog.releasePlace(name), e.getMessage());
      }
      return Optional.empty();
    }
  }

  private void unloaded(HeadVersion version) {
    logger.info("head unloaded: {}", version);
    listener.happened(Listener.Change.UNLOADED);
  }

  /**
   * Loads one version now, whatever the outcome of earlier loads.
   *
   * @param version empty: the highest in the folder
   * @throws ServingException {@code NOT_FOUND} when it has no folder, {@code UNAVAILABLE} when the
   *     folder can't be read, {@code MISMATCH} when it can't be used; then the version that was
   *     loaded before stays
   */
  public synchronized Head load(String name, Optional<Integer> version) {
    HeadCatalog now = catalog();
    int highest = now.highestOf(name).orElse(0);
    HeadVersion wanted = new HeadVersion(name, version.orElse(highest));
    FileFingerprint files =
        now.filesOf(wanted).orElseThrow(() -> missing(now, wanted, version.isPresent()));
    try {
      Head head = loader.load(wanted, files);
      registry.put(head);
      listener.happened(Listener.Change.LOADED);
      return head;
    } catch (HeadRefusedException e) {
      notices.refused(wanted, e);
      throw e.isUnreadable()
          ? ServingException.unavailable(e.getMessage())
          : ServingException.mismatch(e.getMessage());
    } finally {
      refused = state.refused(registry.versions());
    }
  }

  private HeadCatalog catalog() {
    try {
      return folder.catalog();
    } catch (ManifestException e) {
      throw ServingException.unavailable(e.getMessage());
    }
  }

  private static ServingException missing(HeadCatalog now, HeadVersion wanted, boolean named) {
    if (now.emptyPlaceOf(wanted).isPresent()) {
      return ServingException.unavailable(
          "the folder of %s is empty".formatted(named ? wanted : wanted.name()));
    }
    if (now.hidesAnyOf(wanted.name())) {
      return ServingException.unavailable(
          "the folder of %s can't be read".formatted(named ? wanted : wanted.name()));
    }
    return ServingException.notFound(
        "there is no folder of a head " + (named ? wanted.place() : wanted.name()));
  }

  /**
   * Unloads one version, until its files change.
   *
   * @throws ServingException {@code NOT_FOUND} when it is not loaded, {@code MISMATCH} when it is
   *     the last one of the default head
   */
  public synchronized void unload(String name, int version) {
    registry.remove(name, version);
    HeadVersion removed = new HeadVersion(name, version);
    state.unloaded(removed);
    refused = state.refused(registry.versions());
    unloaded(removed);
  }
}
