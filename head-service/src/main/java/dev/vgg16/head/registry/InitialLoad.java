package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import dev.vgg16.head.registry.FolderSync.Listener;
import dev.vgg16.head.registry.HeadLoader.HeadRefusedException;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a folder of heads when the service starts. One that can't be used is logged with the
 * reason, and the others are loaded all the same.
 *
 * <p>A release that can't be read fails the start, as does one whose default version can't be used:
 * running replicas keep what they had before it broke, and a new one must not answer with another
 * version. A version that has a share of the traffic may be broken: it is on trial, and must not
 * keep the head from being served.
 */
final class InitialLoad {

  private static final Logger logger = LoggerFactory.getLogger(InitialLoad.class);

  private final HeadFolder folder;
  private final HeadLoader loader;
  private final HeadCatalog catalog;
  private final FolderState state;
  private final List<Head> loaded = new ArrayList<>();

  /**
   * @throws ManifestException when the folder can't be read
   */
  InitialLoad(HeadFolder folder, HeadLoader loader) {
    this.folder = folder;
    this.loader = loader;
    this.catalog = folder.catalog();
    this.state = new FolderState(catalog);
  }

  /**
   * @throws ManifestException when there is not one usable head, or a release can't be read or its
   *     default version used
   * @throws IllegalArgumentException when the default head is not among them
   */
  FolderSync load(Optional<String> defaultHead, Listener listener) {
    try {
      Map<String, Release> releases = readReleases();
      catalog.versions().forEach(this::load);
      catalog
          .empty()
          .forEach(
              place -> logger.error("head refused: {}: it is empty", folder.path().resolve(place)));
      requireAny();
      releases.forEach(this::requireDefault);
      HeadRegistry registry = new HeadRegistry(loaded, defaultHead);
      releases.forEach(
          (name, release) -> registry.update(name, List.of(), List.of(), Optional.of(release)));
      return new FolderSync(folder, loader, registry, state, listener);
    } catch (RuntimeException e) {
      loaded.forEach(Head::close);
      throw e;
    }
  }

  private Map<String, Release> readReleases() {
    for (String place : catalog.unreadable().keySet()) {
      if (HeadCatalog.isReleasePlace(place)) {
        throw new ManifestException(
            "%s can't be read: %s"
                .formatted(folder.path().resolve(place), catalog.unreadable().get(place)));
      }
    }
    ImmutableMap.Builder<String, Release> releases = ImmutableMap.builder();
    catalog
        .releases()
        .forEach(
            (name, file) -> {
              releases.put(name, folder.release(name));
              state.releaseRead(name, Optional.of(file));
            });
    return releases.buildOrThrow();
  }

  private void load(HeadVersion version, FileFingerprint files) {
    try {
      Head head = loader.load(folder.folderOf(version));
      loaded.add(head);
      state.made(version, files, KnownVersion.Outcome.LOADED, Optional.of(head.manifest()));
    } catch (HeadRefusedException e) {
      logger.error("head refused: {}: {}", folder.folderOf(version), e.getMessage(), e);
      state.made(
          version,
          files,
          e.isUnreadable() ? KnownVersion.Outcome.UNREADABLE : KnownVersion.Outcome.REFUSED,
          Optional.empty());
    }
  }

  private void requireAny() {
    if (loaded.isEmpty()) {
      throw new ManifestException(
          catalog.versions().isEmpty()
              ? "%s has no heads: expected NAME/VERSION/head.json".formatted(folder.path())
              : "%s has no usable head; the log says why for each".formatted(folder.path()));
    }
  }

  /** A version without a folder is loaded nowhere, so that all replicas answer with the highest. */
  private void requireDefault(String name, Release release) {
    release
        .stable()
        .map(version -> new HeadVersion(name, version))
        .filter(version -> !state.isLoaded(version))
        .filter(version -> catalog.versions().containsKey(version) || catalog.hides(version))
        .ifPresent(
            version -> {
              throw new ManifestException(
                  "%s makes version %d the default, which can't be used; the log says why"
                      .formatted(
                          folder.path().resolve(HeadCatalog.releasePlace(name)),
                          version.version()));
            });
  }
}
