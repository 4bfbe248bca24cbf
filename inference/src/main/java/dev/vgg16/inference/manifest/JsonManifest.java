package dev.vgg16.inference.manifest;

import com.google.common.primitives.Floats;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.vgg16.service.errors.OneLine;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * One JSON object of a manifest, read field by field. Every failure is a {@link ManifestException}
 * that names the file, the field and what is wrong with it.
 */
public final class JsonManifest {

  private static final int MAX_QUOTED = 200;

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
   * @throws ManifestException when it can't be read, is not a JSON object, or is too large
   */
  public static JsonManifest read(Path file) {
    return new JsonManifest(file, "", JsonFile.read(file));
  }

  /** The manifest's file. */
  public Path file() {
    return file;
  }

  /** An error about a field of this object. */
  public ManifestException error(String field, String problem) {
    return new ManifestException("%s: %s %s".formatted(file, path + field, problem));
  }

  /** Whether a field is present, and not null. */
  public boolean has(String field) {
    JsonElement value = json.get(field);
    return value != null && !value.isJsonNull();
  }

  /** A non-empty string. */
  public String string(String field) {
    return toText(field, required(field));
  }

  /** A non-empty string, if the field is present. */
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

  /** A finite number. */
  public float number(String field) {
    return toNumber(field, required(field));
  }

  /** A finite number, if the field is present. */
  public Optional<Float> optionalNumber(String field) {
    JsonElement value = json.get(field);
    return value == null || value.isJsonNull()
        ? Optional.empty()
        : Optional.of(toNumber(field, value));
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

  /** A list of non-empty strings. */
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

  /** The object in a field, if the field is present. */
  public Optional<JsonManifest> optionalObject(String field) {
    JsonElement value = json.get(field);
    if (value == null || value.isJsonNull()) {
      return Optional.empty();
    }
    return Optional.of(child(field, value));
  }

  /** The layers in a field; empty when the field is missing. */
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

  /** The file named by {@code file} in this object, which must be in the manifest's folder. */
  public ModelFile modelFile() {
    String name = string("file");
    Path target =
        beside(name)
            .orElseThrow(
                () ->
                    error(
                        "file",
                        "must be the name of a file beside the manifest, and is " + quoted(name)));
    return new ModelFile(target, sha256("sha256"));
  }

  /** The file of a name in the manifest's folder; empty when it is not a mere name. */
  private Optional<Path> beside(String name) {
    try {
      Path target = file.toAbsolutePath().normalize().resolveSibling(name);
      // As a path, "." and ".." are names too; a root has none.
      boolean isName = name.equals(String.valueOf(target.getFileName()));
      return isName && target.equals(target.normalize()) ? Optional.of(target) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The text on one line, of bounded length. */
  private static String quoted(String text) {
    return OneLine.truncated(new JsonPrimitive(text).toString(), MAX_QUOTED);
  }

  /** Converts each element; the function gets its path too, such as {@code shape[1]}. */
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
      // Not an integer: see below.
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
