package dev.vgg16.head.registry;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Says of what lasts, such as a folder that can't be read, one line when it begins and one when it
 * ends, however often it is seen. Not thread-safe.
 */
final class FolderNotices {

  private static final String WHOLE_FOLDER = "";

  /**
   * @param begins what is said then
   * @param ends what is said then, if anything
   */
  private record Notice(String begins, Optional<String> ends) {}

  private final Path folder;
  private final Logger logger;
  private Map<String, Notice> lasting = new HashMap<>();
  private Map<String, Notice> seen = new LinkedHashMap<>();

  FolderNotices(Path folder, Logger logger) {
    this.folder = folder;
    this.logger = logger;
  }

  /** The whole folder is away; of what is in it nothing new is known. */
  void away(String reason) {
    Notice notice =
        new Notice(
            "heads stay as they are: " + reason,
            Optional.of("the heads in %s are back".formatted(folder)));
    if (lasting.putIfAbsent(WHOLE_FOLDER, notice) == null) {
      logger.warn(notice.begins());
    }
  }

  /** Begins a look: what is not seen until {@link #end} has ended. */
  void begin(HeadCatalog catalog) {
    seen = new LinkedHashMap<>();
    catalog
        .unreadable()
        .forEach(
            (place, reason) ->
                unreadable(place, "%s can't be read: %s".formatted(folder.resolve(place), reason)));
    catalog
        .foreign()
        .forEach(
            (place, reason) ->
                see(place, "%s is left alone: %s".formatted(folder.resolve(place), reason), null));
  }

  /**
   * @param place of what can't be read, such as {@code cats} or {@code cats/1}
   * @param problem says so
   */
  void unreadable(String place, String problem) {
    see(
        place,
        "heads stay as they are: " + problem,
        "%s can be read again".formatted(folder.resolve(place)));
  }

  /** A version stays loaded though its folder is gone. */
  void keptWithoutFiles(HeadVersion version) {
    see(
        version.place(),
        "%s is gone, and %s stays loaded: nothing else answers for %s"
            .formatted(folder.resolve(version.place()), version, version.name()),
        null);
  }

  /** What is said of a place may change while it lasts, as a failing disk's reasons do. */
  private void see(String place, String begins, String ends) {
    seen.putIfAbsent(place, new Notice(begins, Optional.ofNullable(ends)));
  }

  /** Ends a look. */
  void end() {
    lasting.forEach(
        (place, notice) -> {
          if (!seen.containsKey(place)) {
            notice.ends().ifPresent(logger::info);
          }
        });
    seen.forEach(
        (place, notice) -> {
          if (!lasting.containsKey(place)) {
            logger.warn(notice.begins());
          }
        });
    lasting = new HashMap<>(seen);
  }
}
