package dev.vgg16.feature.http.classify;

import com.google.gson.JsonObject;
import dev.vgg16.feature.http.Json;
import dev.vgg16.feature.http.Problem;
import dev.vgg16.v1.ClassifyResponse;
import java.util.concurrent.CompletionException;

/** The results of images as JSON objects: with {@code index} and {@code name}. */
final class Results {

  private Results() {}

  /** The scores of an image. */
  static String of(int index, String name, ClassifyResponse response) {
    // Both are objects with members: the fields of the response follow those of the result.
    String fields = begin(index, name).toString();
    return fields.substring(0, fields.length() - 1) + "," + Json.of(response).substring(1);
  }

  /** Why there are none. */
  static String of(int index, String name, Throwable failure) {
    Throwable cause = failure.getCause();
    return of(
        index,
        name,
        Problem.of(failure instanceof CompletionException && cause != null ? cause : failure));
  }

  /** Why there are none. */
  static String of(int index, String name, Problem problem) {
    JsonObject json = begin(index, name);
    json.add("error", problem.toJson());
    return json.toString();
  }

  private static JsonObject begin(int index, String name) {
    JsonObject json = new JsonObject();
    json.addProperty("index", index);
    json.addProperty("name", name);
    return json;
  }
}
