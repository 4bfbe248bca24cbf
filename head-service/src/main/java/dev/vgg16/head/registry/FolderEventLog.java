package dev.vgg16.head.registry;

import dev.vgg16.head.registry.HeadLoader.HeadRefusedException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * Logs conditions that last, such as a folder that can't be read: one line when a condition begins
 * and one when it ends, however many scans see it. Not thread-safe.
 */
final class FolderEventLog {

  private static final String WHOLE_FOLDER = "";
  private static final String SEVERAL_HEADS = "*";
  private static final int MAX_LISTED = 10;

  /**
   * @param begins the line when the condition begins
   * @param ends the line when it ends, if any
   */
  private record Notice(String begins, Optional<String> ends) {}

  private final Path folder;
  private final Logger logger;
  private Map<String, Notice> lasting = new HashMap<>();
  private Map<String, Notice> seen = new LinkedHashMap<>();

  FolderEventLog(Path folder, Logger logger) {
    this.folder = folder;
    this.logger = logger;
  }

  /** The whole folder is unavailable; its contents are unknown. */
  void away(String reason) {
    Notice notice =
        new Notice(
            "heads stay as they are: " + reason,
            Optional.of("the heads in %s are back".formatted(folder)));
    if (lasting.putIfAbsent(WHOLE_FOLDER, notice) == null) {
      logger.warn(notice.begins());
    }
  }

  /** A version can't be used; logged each time. */
  void refused(HeadVersion version, HeadRefusedException failure) {
    logger.error(
        "head refused: {}: {}", folder.resolve(version.place()), failure.getMessage(), failure);
  }

  /** Begins a scan: conditions not seen until {@link #end} have ended. */
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
                see(
                    place,
                    "%s is ignored: %s".formatted(folder.resolve(place), reason),
                    Optional.empty()));
  }

  /**
   * @param place that can't be read, such as {@code cats} or {@code cats/1}
   * @param problem the reason, for the log
   */
  void unreadable(String place, String problem) {
    see(
        place,
        "heads stay as they are: " + problem,
        Optional.of("%s can be read again".formatted(folder.resolve(place))));
  }

  /** The folder of a loaded head or version is empty. */
  void empty(String place) {
    see(
        place,
        "heads stay as they are: %s is empty, as if its volume were not mounted"
            .formatted(folder.resolve(place)),
        Optional.of("%s has its files again".formatted(folder.resolve(place))));
  }

  /** Several heads disappeared at once, and stay loaded for a while. */
  void goneAtOnce(Set<String> names) {
    if (!names.isEmpty()) {
      String listed =
          names.stream().sorted().limit(MAX_LISTED).collect(Collectors.joining(", "))
              + (names.size() > MAX_LISTED ? ", ..." : "");
      see(
          SEVERAL_HEADS,
          "heads stay as they are: %d disappeared from %s at once, as if a volume were not mounted: %s; unless they return, they are unloaded after %d scans"
              .formatted(names.size(), folder, listed, AbsencePolicy.SCANS_FOR_SEVERAL),
          Optional.of(
              "the heads that disappeared from %s at once are back or unloaded".formatted(folder)));
    }
  }

  /** A version has been changing for long. */
  void changing(HeadVersion version, String file) {
    see(
        version.place(),
        "%s is not loaded as it is: %s changes from scan to scan, and may still be written"
            .formatted(folder.resolve(version.place()), file),
        Optional.of("%s stays the same now".formatted(folder.resolve(version.place()))));
  }

  /** A version stays loaded though its folder is gone. */
  void keptWithoutFiles(HeadVersion version) {
    see(
        version.place(),
        "%s was removed, and %s stays loaded: there is no other version of the default head %s"
            .formatted(folder.resolve(version.place()), version, version.name()),
        Optional.empty());
  }

  /** What the release of a head asks for and can't have; the load of a version is logged anyway. */
  void shortfalls(String name, List<String> lines) {
    lines.forEach(line -> see(name + ": " + line, line, Optional.empty()));
  }

  /** The reason may change while a condition lasts, as with a failing disk. */
  private void see(String place, String begins, Optional<String> ends) {
    seen.putIfAbsent(place, new Notice(begins, ends));
  }

  /** Ends a scan. The end of a condition is not logged for a place that was removed. */
  void end(HeadCatalog catalog) {
    lasting.forEach(
        (place, notice) -> {
          boolean isThere =
              place.equals(WHOLE_FOLDER) || place.equals(SEVERAL_HEADS) || catalog.shows(place);
          if (!seen.containsKey(place) && isThere) {
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
