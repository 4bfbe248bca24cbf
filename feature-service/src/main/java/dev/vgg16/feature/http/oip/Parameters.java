package dev.vgg16.feature.http.oip;

import com.google.gson.stream.JsonReader;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads parameters: names with booleans, numbers or texts. Other values are skipped. */
final class Parameters {

  private static final int MAX = 64;

  private Parameters() {}

  static Map<String, InferParameter> read(JsonReader json) throws IOException {
    Map<String, InferParameter> all = new HashMap<>();
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
    return all;
  }

  private static InferParameter number(double value) {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE
        ? parameter.setInt64Param((long) value).build()
        : parameter.setDoubleParam(value).build();
  }
}
