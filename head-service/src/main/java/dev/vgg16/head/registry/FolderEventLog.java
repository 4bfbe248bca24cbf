package dev.vgg16.head.registry;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
   * @param begins what is said then
   * @param ends what is said then, if anything
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

  /** Begins a scan: what is not seen until {@link #end} has ended. */
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
   * @param place of what can't be read, such as {@code cats} or {@code cats/1}
   * @param problem says so
   */
  void unreadable(String place, String problem) {
    see(
        place,
        "heads stay as they are: " + problem,
        Optional.of("%s can be read again".formatted(folder.resolve(place))));
  }

  /** A head or version is loaded whose folder is there and empty. */
  void empty(String place) {
    see(
        place,
        "heads stay as they are: %s is empty, as if its volume were not mounted"
            .formatted(folder.resolve(place)),
        Optional.of("%s has its files again".formatted(folder.resolve(place))));
  }

  /** Several heads have gone at once, and stay loaded for a while. */
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

  /** What is said of a place may change while it lasts, as a failing disk's reasons do. */
  private void see(String place, String begins, Optional<String> ends) {
    seen.putIfAbsent(place, new Notice(begins, ends));
  }

  /** Ends a scan. Of what is gone is not said that it is back. */
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
