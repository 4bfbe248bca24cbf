package dev.vgg16.cli.heads.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The changes of a head's release, {@code NAME/releases.jsonl}: a JSON object a line, with {@code
 * time}, {@code who}, {@code command}, {@code default_before}, {@code default_after}, and {@code
 * before} and {@code after} as {@code versions.json} has them.
 */
final class ReleaseLog {

  static final String NAME = "releases.jsonl";

  /** Undoes a change of the default version. */
  static final String ROLLBACK = "rollback";

  private static final String COMMAND = "command";
  private static final String DEFAULT_BEFORE = "default_before";
  private static final String DEFAULT_AFTER = "default_after";

  private final Path file;

  /**
   * @param file which need not be there
   */
  ReleaseLog(Path file) {
    this.file = file;
  }

  /**
   * A change.
   *
   * @param time in ISO 8601, UTC
   * @param who user and host
   * @param command such as {@code promote}
   * @param defaultBefore the version that the name meant
   * @param defaultAfter the version that it means now
   */
  record Change(
      String time,
      String who,
      String command,
      int defaultBefore,
      int defaultAfter,
      JsonElement before,
      JsonElement after) {

    private JsonObject toJson() {
      JsonObject json = new JsonObject();
      json.addProperty("time", time);
      json.addProperty("who", who);
      json.addProperty(COMMAND, command);
      json.addProperty(DEFAULT_BEFORE, defaultBefore);
      json.addProperty(DEFAULT_AFTER, defaultAfter);
      json.add("before", before);
      json.add("after", after);
      return json;
    }
  }

  /** Appends a change, in one write. */
  void append(Change change) throws IOException {
    String line = new Gson().toJson(change.toJson()) + "\n";
    try (FileChannel out =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        var unused = out.write(bytes);
      }
      out.force(true);
    }
  }

  /**
   * The default version before the one that the name means now, by the changes that were not taken
   * back; empty where none is known.
   */
  OptionalInt previousDefault() {
    Deque<Integer> earlier = new ArrayDeque<>();
    for (JsonObject change : changes()) {
      int before = change.get(DEFAULT_BEFORE).getAsInt();
      if (before == change.get(DEFAULT_AFTER).getAsInt()) {
        continue;
      }
      if (change.get(COMMAND).getAsString().equals(ROLLBACK)) {
        var unused = earlier.poll();
      } else {
        earlier.push(before);
      }
    }
    return earlier.isEmpty() ? OptionalInt.empty() : OptionalInt.of(earlier.peek());
  }

  /** When, by whom and by what the last change was made, for people. */
  Optional<String> last() {
    List<JsonObject> all = changes();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    JsonObject last = all.get(all.size() - 1);
    return Optional.of(
        "%s, %s, %s"
            .formatted(
                last.get("time").getAsString(),
                last.get("who").getAsString(),
                last.get(COMMAND).getAsString()));
  }

  /** Oldest first. Lines that are no changes, such as one that was cut off, are left out. */
  private List<JsonObject> changes() {
    List<JsonObject> changes = new ArrayList<>();
    for (String line : lines()) {
      try {
        JsonObject change = JsonFiles.parse(NAME, line);
        if (isChange(change)) {
          changes.add(change);
        }
      } catch (ReleaseFailure e) {
        // As its last line is when a disk was full.
      }
    }
    return changes;
  }

  private static boolean isChange(JsonObject line) {
    return List.of("time", "who", COMMAND).stream().allMatch(field -> isPrimitive(line, field))
        && List.of(DEFAULT_BEFORE, DEFAULT_AFTER).stream()
            .allMatch(
                field ->
                    isPrimitive(line, field) && line.get(field).getAsJsonPrimitive().isNumber());
  }

  private static boolean isPrimitive(JsonObject line, String field) {
    return line.has(field) && line.get(field).isJsonPrimitive();
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be read: %s".formatted(file, e), e);
    }
  }
}
