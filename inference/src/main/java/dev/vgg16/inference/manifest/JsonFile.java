package dev.vgg16.inference.manifest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.vgg16.inference.manifest.LimitedJsonReader.TooManyValuesException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses a JSON file, within limits and strictly, with errors that say what is wrong with it. */
public final class JsonFile {

  /** Enough for about ten thousand labels; a manifest of this project's training has 14 KB. */
  private static final int MAX_BYTES = 1 << 20;

  /** About 10 MB of the heap as a tree; the values in a file of that size could take 50 MB. */
  private static final int MAX_VALUES = 100_000;

  private static final Pattern POSITION = Pattern.compile("line (\\d+) column (\\d+)");

  private JsonFile() {}

  /**
   * Reads a file whose root is a JSON object.
   *
   * @throws ManifestException when it can't be read, is not a JSON object, or is too large
   */
  public static JsonObject read(Path file) {
    try {
      checkRegular(file);
      if (parse(text(file)) instanceof JsonObject object) {
        return object;
      }
      throw new ManifestException(file + " must be a JSON object");
    } catch (NoSuchFileException e) {
      throw new ManifestException(file + " can't be read: there is no such file");
    } catch (CharacterCodingException e) {
      throw new ManifestException(file + " is not JSON: it is not text in UTF-8");
    } catch (JsonParseException | MalformedJsonException e) {
      if (e.getCause() instanceof TooManyValuesException) {
        throw new ManifestException(
            "%s is no manifest: it has more than %,d values".formatted(file, MAX_VALUES));
      }
      throw new ManifestException(file + " is not JSON" + position(e));
    } catch (IOException e) {
      throw new ManifestException(file + " can't be read: " + e, e);
    }
  }

  private static void checkRegular(Path file) throws IOException {
    // Not Files.isRegularFile, which returns false for an I/O error too.
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new ManifestException(file + " can't be read: it is no regular file");
    }
    // Reading a link to a file such as /proc/kmsg, whose size is 0, would block.
    if (attributes.size() == 0) {
      throw new ManifestException(file + " must be a JSON object");
    }
  }

  /** Reads at most the limit, whatever size the file system reports. */
  private static String text(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new ManifestException(
          "%s is no manifest: it has more than %,d bytes".formatted(file, MAX_BYTES));
    }
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /** Strictly, so that other JSON parsers accept what this accepts. */
  private static JsonElement parse(String text) throws IOException {
    JsonReader reader = new LimitedJsonReader(new StringReader(text), MAX_VALUES);
    JsonElement root = JsonParser.parseReader(reader);
    if (!text.isBlank() && reader.peek() != JsonToken.END_DOCUMENT) {
      throw new MalformedJsonException("more than one value");
    }
    return root;
  }

  /** The position in the parser's message, without its advice to developers. */
  private static String position(Exception e) {
    Matcher position = POSITION.matcher(String.valueOf(e.getMessage()));
    return position.find()
        ? ": see line %s, column %s".formatted(position.group(1), position.group(2))
        : "";
  }
}
