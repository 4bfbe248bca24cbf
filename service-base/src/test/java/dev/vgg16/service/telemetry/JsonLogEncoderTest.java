package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.KeyValuePair;

class JsonLogEncoderTest {

  private final LoggerContext context = new LoggerContext();
  private final JsonLogEncoder encoder = new JsonLogEncoder();

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    encoder.setContext(context);
  }

  private LoggingEvent event(String message, KeyValuePair... pairs) {
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("a.b.C"), Level.INFO, "{}", null, null);
    event.setArgumentArray(new Object[] {message});
    event.setInstant(Instant.parse("2026-11-27T10:00:00.000999Z"));
    event.setThreadName("grpc-1");
    for (KeyValuePair pair : pairs) {
      event.addKeyValuePair(pair);
    }
    return event;
  }

  private String line(LoggingEvent event) {
    encoder.start();
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  private JsonObject json(LoggingEvent event) {
    return JsonParser.parseString(line(event)).getAsJsonObject();
  }

  @Test
  void writesAnObjectOnALine() {
    assertThat(line(event("ready", new KeyValuePair("n", 2.5), new KeyValuePair("s", "t"))))
        .isEqualTo(
            "{\"timestamp\":\"2026-11-27T10:00:00.000Z\",\"level\":\"INFO\",\"logger\":\"a.b.C\","
                + "\"thread.name\":\"grpc-1\",\"message\":\"ready\",\"n\":2.5,\"s\":\"t\"}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\n{\"level\":\"INFO\",\"message\":\"forged\"}",
        "\",\"level\":\"FATAL",
        "back\\slash \\\" and \\u000a",
        "\u0000\u0001\b\t\f\r\u001b[2J\u007f\u0080\u009b2J\u009f",
        "\u2028\u2029\u0085 é 猫 😀",
        "</script>"
      })
  void nobodyForgesLinesOrFields(String text) {
    String line = line(event(text, new KeyValuePair("id", text)));
    assertThat(line).endsWith("}\n").doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]");
    assertThat(line.chars().filter(c -> c == '\n')).hasSize(1);
    JsonObject json = JsonParser.parseString(line).getAsJsonObject();
    assertThat(json.keySet())
        .containsExactly("timestamp", "level", "logger", "thread.name", "message", "id");
    assertThat(json.get("level").getAsString()).isEqualTo("INFO");
    assertThat(json.get("message").getAsString()).isEqualTo(text);
    assertThat(json.get("id").getAsString()).isEqualTo(text);
  }

  /** Half of a character has no bytes in UTF-8. */
  @Test
  void loneSurrogatesAreReplaced() {
    assertThat(json(event("a\ud83d")).get("message").getAsString()).isEqualTo("a?");
  }

  @Test
  void longTextsAreCut() {
    String text = "x".repeat(1 << 20);
    JsonObject json = json(event(text, new KeyValuePair("id", text)));
    assertThat(json.get("message").getAsString())
        .isEqualTo("x".repeat(JsonLogEncoder.MAX_MESSAGE) + "...");
    assertThat(json.get("id").getAsString())
        .isEqualTo("x".repeat(JsonLogEncoder.MAX_VALUE) + "...");
  }

  @Test
  void noPairHidesAField() {
    JsonObject json =
        json(event("true", new KeyValuePair("message", "false"), new KeyValuePair("level", "OFF")));
    assertThat(json.get("message").getAsString()).isEqualTo("true");
    assertThat(json.get("level").getAsString()).isEqualTo("INFO");
  }

  @Test
  void writesStackTracesIfToldTo() {
    encoder.setException("%ex");
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("a"),
            Level.ERROR,
            "m",
            new Exception("é\n" + "y".repeat(1 << 20)),
            null);
    event.setThreadName("t");
    assertThat(json(event).get("exception.stacktrace").getAsString())
        .startsWith("java.lang.Exception: é\nyyy")
        .hasSize(JsonLogEncoder.MAX_TRACE + "...".length());
    assertThat(json(event("no exception")).has("exception.stacktrace")).isFalse();
  }

  @Test
  void aMessageMayBeMissing() {
    LoggingEvent event = new LoggingEvent("", context.getLogger("a"), Level.INFO, null, null, null);
    event.setThreadName("t");
    assertThat(json(event).get("message").getAsString()).isEmpty();
  }
}
