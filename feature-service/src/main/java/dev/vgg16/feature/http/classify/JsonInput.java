package dev.vgg16.feature.http.classify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.Base64Text;
import dev.vgg16.feature.http.JsonErrors;
import dev.vgg16.feature.http.classify.ClassifyInput.NamedImage;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Image;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads JSON: the form that protobuf gives a {@code ClassifyRequest}; an image may also be a text
 * in base64, and {@code images} a list of them. Token by token, since a tree of hostile JSON takes
 * many times the memory of its text.
 */
final class JsonInput {

  private static final String FIELDS =
      "has no field '%s': there are image, images, heads, topK, explain, novelty and routingKey";

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
    return JsonErrors.told(new JsonInput(json, parameters)::read);
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
      case "routingKey", "routing_key" -> parameters.set("routing_key", json.nextString());
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
      return new NamedImage(
          "", Image.newBuilder().setEncoded(Base64Text.decode("image", json.nextString())).build());
    }
    String name = "";
    Image.Builder image = Image.newBuilder();
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
      switch (field) {
        case "encoded" -> image.setEncoded(Base64Text.decode("image.encoded", json.nextString()));
        case "pixels" -> image.setPixels(Base64Text.decode("image.pixels", json.nextString()));
        case "name" -> name = json.nextString();
        default ->
            throw ServingException.invalidInput(
                "image", "has no field '%s': there are encoded, pixels and name".formatted(field));
      }
    }
    json.endObject();
    return new NamedImage(name, image.build());
  }
}
