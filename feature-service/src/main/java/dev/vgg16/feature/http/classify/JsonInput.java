package dev.vgg16.feature.http.classify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.feature.http.classify.ClassifyInput.NamedImage;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Image;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON: the form that protobuf gives a {@code ClassifyRequest}; an image may also be a text
 * in base64, and {@code images} a list of them. Token by token, since a tree of hostile JSON takes
 * many times the memory of its text.
 */
final class JsonInput {

  private static final String FIELDS =
      "has no field '%s': there are image, images, heads, topK, explain and novelty";

  private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+ path \\S+");

  private final JsonReader json;
  private final ClassifyParameters parameters;
  private final List<NamedImage> images = new ArrayList<>();
  private boolean list;

  private JsonInput(JsonReader json, ClassifyParameters parameters) {
    this.json = json;
    this.parameters = parameters;
  }

  /**
   * @param parameters which the fields add to
   */
  static ClassifyInput read(ByteString text, ClassifyParameters parameters) {
    JsonReader json = new JsonReader(new InputStreamReader(text.newInput(), UTF_8));
    json.setStrictness(Strictness.STRICT);
    try {
      return new JsonInput(json, parameters).read();
    } catch (MalformedJsonException | EOFException e) {
      throw ServingException.invalidInput("request", "is not JSON" + placeIn(e));
    } catch (IllegalStateException | NumberFormatException e) {
      throw ServingException.invalidInput("request", "has a value of a wrong type" + placeIn(e));
    } catch (IOException e) {
      throw ServingException.invalidInput("request", "can't be read: " + e.getMessage());
    }
  }

  /** Gson's text of where, such as {@code at line 1 column 11 path $.image}, without its advice. */
  private static String placeIn(Exception failure) {
    Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
    return place.find() ? " " + place.group() : "";
  }

  private ClassifyInput read() throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      readField(json.nextName());
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw ServingException.invalidInput("request", "has more than one JSON value");
    }
    return parameters.input(images, list);
  }

  private void readField(String name) throws IOException {
    if (json.peek() == JsonToken.NULL) {
      // In protobuf's JSON the same as a field that is not there.
      json.nextNull();
      return;
    }
    switch (name) {
      case "image" -> images.add(image());
      case "images" -> {
        list = true;
        json.beginArray();
        while (json.hasNext()) {
          images.add(image());
        }
        json.endArray();
      }
      case "heads" -> {
        json.beginArray();
        while (json.hasNext()) {
          parameters.set("head", json.nextString());
        }
        json.endArray();
      }
      case "topK", "top_k" -> parameters.set("top_k", json.nextString());
      case "explain" -> readExplain();
      case "novelty" -> parameters.options().setNovelty(json.nextBoolean());
      default -> throw ServingException.invalidInput("request", FIELDS.formatted(name));
    }
  }

  private void readExplain() throws IOException {
    Explain.Builder explain = Explain.newBuilder();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (!name.equals("label")) {
        throw ServingException.invalidInput(
            "explain", "has no field '%s': there is label".formatted(name));
      }
      explain.setLabel(json.nextString());
    }
    json.endObject();
    parameters.options().setExplain(explain);
  }

  private NamedImage image() throws IOException {
    if (images.size() == ClassifyInput.MAX_IMAGES) {
      throw ServingException.invalidInput(
          "images", "has more than %d images".formatted(ClassifyInput.MAX_IMAGES));
    }
    if (json.peek() == JsonToken.STRING) {
      return new NamedImage("", Image.newBuilder().setEncoded(base64("image")).build());
    }
    String name = "";
    Image.Builder image = Image.newBuilder();
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
      switch (field) {
        case "encoded" -> image.setEncoded(base64("image.encoded"));
        case "pixels" -> image.setPixels(base64("image.pixels"));
        case "name" -> name = json.nextString();
        default ->
            throw ServingException.invalidInput(
                "image", "has no field '%s': there are encoded, pixels and name".formatted(field));
      }
    }
    json.endObject();
    return new NamedImage(name, image.build());
  }

  /** In the standard or the URL alphabet, with or without padding, as protobuf takes it. */
  private ByteString base64(String field) throws IOException {
    String text = json.nextString();
    // Of a data URL, as a browser gives a file.
    int begin = text.startsWith("data:") ? text.indexOf(',') + 1 : 0;
    byte[] characters = text.substring(begin).replace('-', '+').replace('_', '/').getBytes(UTF_8);
    try {
      return UnsafeByteOperations.unsafeWrap(Base64.getDecoder().decode(characters));
    } catch (IllegalArgumentException e) {
      throw ServingException.invalidInput(field, "is not base64: %s".formatted(e.getMessage()));
    }
  }
}
