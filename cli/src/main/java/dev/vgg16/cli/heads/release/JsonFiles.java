package dev.vgg16.cli.heads.release;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads files of one JSON object. */
final class JsonFiles {

  private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  private JsonFiles() {}

  /**
   * @throws ReleaseFailure when it can't be read, or is none
   */
  static JsonObject object(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new ReleaseFailure("%s can't be read: %s".formatted(file, e), e);
    }
  }

  /**
   * @param place of the text, for the message of a failure
   * @throws ReleaseFailure when it is none
   */
  static JsonObject parse(String place, String text) {
    try {
      @Nullable JsonObject object = STRICT.fromJson(text, JsonObject.class);
      if (object != null) {
        return object;
      }
    } catch (JsonParseException e) {
      throw new ReleaseFailure(place + " is not a JSON object", e);
    }
    throw new ReleaseFailure(place + " is not a JSON object");
  }
}
