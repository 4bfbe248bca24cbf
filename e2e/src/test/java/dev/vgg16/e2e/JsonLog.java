package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Standard error of a service whose log is JSON: every line must be an object. */
record JsonLog(List<JsonObject> lines) {

  private static final Gson STRICT =
      new GsonBuilder().setStrictness(Strictness.STRICT).disableJdkUnsafe().create();

  static JsonLog parse(String err) {
    return new JsonLog(err.lines().map(JsonLog::parseLine).toList());
  }

  private static JsonObject parseLine(String line) {
    JsonObject object = STRICT.fromJson(line, JsonObject.class);
    assertThat(object.keySet())
        .as(line)
        .contains("timestamp", "level", "logger", "thread.name", "message");
    String timestamp = text(object, "timestamp");
    assertThat(timestamp).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(Instant.parse(timestamp)).isBefore(Instant.now().plusSeconds(1));
    return object;
  }

  /** The lines of calls of a method with a status, the oldest first. */
  List<JsonObject> calls(String method, String status) {
    return of("RequestLog")
        .filter(line -> text(line, "rpc.method").equals(method))
        .filter(line -> text(line, "rpc.response.status_code").equals(status))
        .toList();
  }

  /** The lines of all calls. */
  List<JsonObject> calls() {
    return of("RequestLog").toList();
  }

  /** The lines of failed items. */
  List<JsonObject> items() {
    return of("ItemLog").toList();
  }

  private Stream<JsonObject> of(String logger) {
    return lines.stream().filter(line -> text(line, "logger").endsWith("." + logger));
  }

  /** The value of a field; empty if it is missing. */
  static String text(JsonObject line, String field) {
    JsonElement value = line.get(field);
    return value == null ? "" : value.getAsString();
  }

  static int number(JsonObject line, String field) {
    return line.get(field).getAsInt();
  }
}
