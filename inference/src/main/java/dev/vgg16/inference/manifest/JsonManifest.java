package dev.vgg16.inference.manifest;

import com.google.common.primitives.Floats;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One JSON object of a manifest, read field by field. Every failure is a {@link ManifestException}
 * that names the file, the field and what is wrong with it.
 */
public final class JsonManifest {

  /** Some ten thousand labels fit; a manifest as it is trained here has 14 KB. */
  private static final int MAX_BYTES = 1 << 20;

  /** As a tree these take some 10 MB of the heap; text of that size alone could make 50. */
  private static final int MAX_VALUES = 100_000;

  private static final int MAX_QUOTED = 200;

  private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path file;
  private final String path;
  private final JsonObject json;

  private JsonManifest(Path file, String path, JsonObject json) {
    this.file = file;
    this.path = path;
    this.json = json;
  }

  /**
   * Reads a manifest file.
   *
   * @throws ManifestException when it can't be read, or is no JSON object, or too large
   */
  public static JsonManifest read(Path file) {
    try {
      // Not Files.isRegularFile, which says no where a volume is away too.
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      if (!is.isRegularFile()) {
        throw new ManifestException(file + " can't be read: it is no regular file");
      }
      // Links to /proc/kmsg and its like are such, and are waited for when they are read.
      if (is.size() == 0) {
        throw new ManifestException(file + " must be a JSON object");
      }
      if (parse(text(file)) instanceof JsonObject object) {
        return new JsonManifest(file, "", object);
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
      throw new ManifestException(file + " is not JSON" + where(e));
    } catch (IOException e) {
      throw new ManifestException(file + " can't be read: " + e, e);
    }
  }

  /** No more of it is read than a manifest may have, whatever is told of its size. */
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

  /** Strictly, so that nothing passes here that another reader of JSON refuses. */
  private static JsonElement parse(String text) throws IOException {
    JsonReader reader = new LimitedJsonReader(new StringReader(text), MAX_VALUES);
    JsonElement root = JsonParser.parseReader(reader);
    if (!text.isBlank() && reader.peek() != JsonToken.END_DOCUMENT) {
      throw new MalformedJsonException("more than one value");
    }
    return root;
  }

  /** The place that the parser names, without its advice on how to use the parser. */
  private static String where(Exception e) {
    Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
    return place.find() ? ": see line %s, column %s".formatted(place.group(1), place.group(2)) : "";
  }

  /** The manifest's file. */
  public Path file() {
    return file;
  }

  /** An error about a field of this object. */
  public ManifestException error(String field, String problem) {
    return new ManifestException("%s: %s %s".formatted(file, path + field, problem));
  }

  /** A string that is not empty. */
  public String string(String field) {
    return toText(field, required(field));
  }

  /** A string that is not empty, if there is one. */
  public Optional<String> optionalString(String field) {
    JsonElement value = json.get(field);
    return value == null || value.isJsonNull()
        ? Optional.empty()
        : Optional.of(toText(field, value));
  }

  /** An integer of at least {@code min}. */
  public long integer(String field, long min) {
    return toInteger(field, required(field), min);
  }

  /** A number, which may have a fraction. */
  public float number(String field) {
    return toNumber(field, required(field));
  }

  /** A list of numbers. */
  public float[] numbers(String field) {
    return Floats.toArray(list(field, this::toNumber));
  }

  /** A SHA-256 digest, 64 lower-case hexadecimal digits. */
  public String sha256(String field) {
    String value = string(field);
    if (!SHA256.matcher(value).matches()) {
      throw error(field, "must be a SHA-256, 64 lower-case hexadecimal digits");
    }
    return value;
  }

  /** A list of strings that are not empty. */
  public List<String> strings(String field) {
    return list(field, this::toText);
  }

  /** A list of positive integers. */
  public List<Integer> shape(String field) {
    return list(
        field,
        (element, value) -> {
          long size = toInteger(element, value, 1);
          if (size > Integer.MAX_VALUE) {
            throw error(element, "must be an integer of at most " + Integer.MAX_VALUE);
          }
          return (int) size;
        });
  }

  /** The object in a field. */
  public JsonManifest object(String field) {
    return optionalObject(field).orElseThrow(() -> error(field, "is missing"));
  }

  /** The object in a field, if there is one. */
  public Optional<JsonManifest> optionalObject(String field) {
    JsonElement value = json.get(field);
    if (value == null || value.isJsonNull()) {
      return Optional.empty();
    }
    return Optional.of(child(field, value));
  }

  /** The layers in a field; none when the field is missing. */
  public List<Layer> layers(String field) {
    JsonElement layers = json.get(field);
    if (layers == null || layers.isJsonNull()) {
      return List.of();
    }
    return list(
        field,
        (element, value) -> {
          JsonManifest layer = child(element, value);
          return new Layer(
              layer.string("name"),
              layer.string("type"),
              layer.shape("output_shape"),
              layer.integer("parameters", 0));
        });
  }

  /** The file named by {@code file} in this object, which must lie beside the manifest. */
  public ModelFile modelFile() {
    String name = string("file");
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path target = resolve(folder, name);
    // The whole name, not only the folder: "sub/../head.onnx" is none either.
    if (target == null
        || !folder.equals(target.getParent())
        || !name.equals(target.getFileName().toString())) {
      throw error("file", "must be the name of a file beside the manifest, and is " + quoted(name));
    }
    return new ModelFile(target, sha256("sha256"));
  }

  private static Path resolve(Path folder, String name) {
    try {
      return folder.resolve(name).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      return null;
    }
  }

  /** In one line, and of bounded length. */
  private static String quoted(String text) {
    String quoted = new JsonPrimitive(text).toString();
    return quoted.length() > MAX_QUOTED ? quoted.substring(0, MAX_QUOTED) + "..." : quoted;
  }

  /** The function gets each element with a name for it, such as {@code shape[1]}. */
  private <T> List<T> list(String field, BiFunction<String, JsonElement, T> toElement) {
    if (!(required(field) instanceof JsonArray array)) {
      throw error(field, "must be a list");
    }
    List<T> values = new ArrayList<>(array.size());
    for (JsonElement value : array) {
      values.add(toElement.apply("%s[%d]".formatted(field, values.size()), value));
    }
    return List.copyOf(values);
  }

  private JsonManifest child(String field, JsonElement value) {
    if (!(value instanceof JsonObject object)) {
      throw error(field, "must be an object");
    }
    return new JsonManifest(file, path + field + ".", object);
  }

  private JsonElement required(String field) {
    JsonElement value = json.get(field);
    if (value == null || value.isJsonNull()) {
      throw error(field, "is missing");
    }
    return value;
  }

  private long toInteger(String field, JsonElement value, long min) {
    try {
      if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
        long number = primitive.getAsBigDecimal().longValueExact();
        if (number >= min) {
          return number;
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Not an integer; said below.
    }
    throw error(field, "must be an integer of at least " + min);
  }

  private float toNumber(String field, JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      float number = primitive.getAsFloat();
      if (Float.isFinite(number)) {
        return number;
      }
    }
    throw error(field, "must be a number that fits into a float");
  }

  private String toText(String field, JsonElement value) {
    if (value instanceof JsonPrimitive primitive
        && primitive.isString()
        && !primitive.getAsString().isEmpty()) {
      return primitive.getAsString();
    }
    throw error(field, "must be a string that is not empty");
  }
}
