package dev.vgg16.serving.manifest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One JSON object of a manifest, read field by field. Every failure is a {@link ManifestException}
 * that names the file, the field and what is wrong with it.
 */
public final class JsonManifest {

  /** A manifest is a page of text; more than this is something else. */
  private static final long MAX_BYTES = 4 << 20;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path file;
  private final String path;
  private final JsonObject json;

  private JsonManifest(Path file, String path, JsonObject json) {
    this.file = file;
    this.path = path;
    this.json = json;
  }

  /** Reads a manifest file. */
  public static JsonManifest read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ManifestException(
            "%s is no manifest: it has more than %,d bytes".formatted(file, MAX_BYTES));
      }
      JsonElement root = parse(file);
      if (!root.isJsonObject()) {
        throw new ManifestException(file + " must be a JSON object");
      }
      return new JsonManifest(file, "", root.getAsJsonObject());
    } catch (IOException e) {
      throw new ManifestException(file + " can't be read: " + e);
    } catch (JsonParseException | StackOverflowError e) {
      throw new ManifestException(file + " is not JSON: " + firstLine(e));
    }
  }

  private static JsonElement parse(Path file) throws IOException {
    try (JsonReader reader =
        new JsonReader(Files.newBufferedReader(file, StandardCharsets.UTF_8))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement root = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("something follows the object");
      }
      return root;
    }
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
    JsonElement value = required(field);
    if (!isString(value) || value.getAsString().isEmpty()) {
      throw error(field, "must be a string that is not empty");
    }
    return value.getAsString();
  }

  /** An integer of at least {@code min}. */
  public long integer(String field, long min) {
    return toInteger(field, required(field), min);
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
    return list(
        field,
        value -> {
          if (!isString(value) || value.getAsString().isEmpty()) {
            throw error(field, "must be a list of strings that are not empty");
          }
          return value.getAsString();
        });
  }

  /** A list of positive integers. */
  public List<Integer> shape(String field) {
    return list(field, value -> Math.toIntExact(toInteger(field, value, 1)));
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
    if (!json.has(field)) {
      return List.of();
    }
    return list(
        field,
        value -> {
          JsonManifest layer = child(field, value);
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
    if (target == null || !folder.equals(target.getParent())) {
      throw error("file", "must be the name of a file beside the manifest, and is " + name);
    }
    return new ModelFile(target, sha256("sha256"));
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static Path resolve(Path folder, String name) {
    try {
      return folder.resolve(name).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      return null;
    }
  }

  private <T> List<T> list(String field, Function<JsonElement, T> element) {
    if (!(required(field) instanceof JsonArray array)) {
      throw error(field, "must be a list");
    }
    List<T> values = new ArrayList<>(array.size());
    array.forEach(value -> values.add(element.apply(value)));
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

  private static boolean isString(JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }
}
