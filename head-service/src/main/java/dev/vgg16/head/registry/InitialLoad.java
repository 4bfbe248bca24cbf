package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableList;
import dev.vgg16.head.registry.FolderSync.Listener;
import dev.vgg16.head.registry.HeadLoader.HeadRefusedException;
import dev.vgg16.head.registry.HeadRegistry.Pin;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.inference.manifest.ManifestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a folder of heads when the service starts. One that can't be used is logged with the
 * reason, and the others are loaded all the same.
 *
 * <p>A pin that can't be read or used fails the start: running replicas keep the version of a pin
 * that has broken since, and a new one must not answer with another.
 */
final class InitialLoad {

  private static final Logger logger = LoggerFactory.getLogger(InitialLoad.class);

  private final HeadFolder folder;
  private final HeadCatalog catalog;
  private final FolderState state;
  private final List<Head> loaded = new ArrayList<>();

  /**
   * @throws ManifestException when the folder can't be read
   */
  InitialLoad(HeadFolder folder) {
    this.folder = folder;
    this.catalog = folder.catalog();
    this.state = new FolderState(catalog);
  }

  /**
   * @throws ManifestException when there is not one usable head, or a pin can't be read or its
   *     version used
   * @throws IllegalArgumentException when the default head is not among them
   */
  FolderSync load(Optional<String> defaultHead, Listener listener) {
    try {
      List<Pin> pins = readPins();
      catalog.versions().forEach(this::load);
      catalog
          .empty()
          .forEach(
              place -> logger.error("head refused: {}: it is empty", folder.path().resolve(place)));
      requireAny();
      pins.forEach(this::requireLoaded);
      HeadRegistry registry = new HeadRegistry(loaded, defaultHead);
      pins.forEach(pin -> pin(registry, pin));
      return new FolderSync(folder, registry, state, listener);
    } catch (RuntimeException e) {
      loaded.forEach(Head::close);
      throw e;
    }
  }

  private List<Pin> readPins() {
    for (String place : catalog.unreadable().keySet()) {
      if (place.endsWith("/" + HeadCatalog.PIN_FILE)) {
        throw new ManifestException(
            "%s can't be read: %s"
                .formatted(folder.path().resolve(place), catalog.unreadable().get(place)));
      }
    }
    ImmutableList.Builder<Pin> pins = ImmutableList.builder();
    catalog
        .pins()
        .forEach(
            (name, file) -> {
              pins.add(new Pin(name, Optional.of(folder.pinned(name))));
              state.pinRead(name, Optional.of(file));
            });
    return pins.build();
  }

  private void load(HeadVersion version, FileFingerprint files) {
    try {
      Head head = HeadLoader.load(folder.folderOf(version));
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
  private void requireLoaded(Pin pin) {
    HeadVersion version = pin.meant().orElseThrow();
    boolean there = catalog.versions().containsKey(version) || catalog.hides(version);
    if (there && !state.isLoaded(version)) {
      throw new ManifestException(
          "%s pins version %d, which can't be used; the log says why"
              .formatted(
                  folder.path().resolve(HeadCatalog.pinPlace(pin.name())), version.version()));
    }
  }

  private void pin(HeadRegistry registry, Pin pin) {
    registry.update(List.of(), List.of(), Optional.of(pin));
    if (!registry.contains(pin.meant().orElseThrow())) {
      logger.warn(
          "head {}: version {} is pinned, which is not loaded: the highest answers",
          pin.name(),
          pin.version().orElseThrow());
    }
  }
}
