package dev.vgg16.feature.http.oip;

import com.google.gson.stream.JsonReader;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.util.Map;

/** Reads parameters: names with booleans, numbers or texts. Other values are skipped. */
final class Parameters {

  private static final int MAX = 64;

  private Parameters() {}

  /**
   * Reads some more of the parameters of an object; JSON may have a name twice.
   *
   * @throws ServingException when there are more than the contract allows
   */
  static void read(JsonReader json, Map<String, InferParameter> all) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      switch (json.peek()) {
        case BOOLEAN ->
            all.put(name, InferParameter.newBuilder().setBoolParam(json.nextBoolean()).build());
        case NUMBER -> all.put(name, number(json.nextDouble()));
        case STRING ->
            all.put(name, InferParameter.newBuilder().setStringParam(json.nextString()).build());
        default -> json.skipValue();
      }
      if (all.size() > MAX) {
        throw ServingException.invalidInput(
            "parameters", "has more than %d entries".formatted(MAX));
      }
    }
    json.endObject();
  }

  private static InferParameter number(double value) {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
        ? parameter.setInt64Param((long) value).build()
        : parameter.setDoubleParam(value).build();
  }
}
