package dev.vgg16.service.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.gson.JsonObject;
import dev.vgg16.service.errors.OneLine;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/**
 * Encodes an event as a JSON object on one line, in UTF-8. The event's key-value pairs are fields
 * of the object; numbers stay numbers. Names follow OpenTelemetry's conventions.
 */
public final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {

  /** The most characters of a message and of another text. */
  static final int MAX_MESSAGE = 4_000;

  static final int MAX_VALUE = 1_000;

  /** A trace has its causes at the end, and so gets more. */
  static final int MAX_TRACE = 20_000;

  private static final byte[] NOTHING = {};

  /** RFC 3339 with milliseconds, in UTC. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** JSON allows them as they are; a terminal would obey some. */
  private static final Pattern CONTROL = Pattern.compile("[\\x7f-\\x9f]");

  private final PatternLayout exception = new PatternLayout();

  public JsonLogEncoder() {
    setException("%nopex");
  }

  /**
   * Called by Logback.
   *
   * @param pattern of an event's exception, such as {@code %ex}; {@code %nopex}: not written
   */
  public void setException(String pattern) {
    exception.setPattern(pattern);
  }

  @Override
  public void start() {
    exception.setContext(getContext());
    exception.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    JsonObject line = new JsonObject();
    line.addProperty("timestamp", TIME.format(event.getInstant()));
    line.addProperty("level", event.getLevel().toString());
    line.addProperty("logger", event.getLoggerName());
    line.addProperty("thread.name", OneLine.truncated(event.getThreadName(), MAX_VALUE));
    line.addProperty(
        "message",
        OneLine.truncated(Objects.toString(event.getFormattedMessage(), ""), MAX_MESSAGE));
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> add(line, pair));
    }
    String trace = exception.doLayout(event);
    if (!trace.isEmpty()) {
      line.addProperty("exception.stacktrace", OneLine.truncated(trace, MAX_TRACE));
    }
    return (escaped(line.toString()) + "\n").getBytes(UTF_8);
  }

  /** The first of a name wins, so that no pair hides a field of every line. */
  private static void add(JsonObject line, KeyValuePair pair) {
    if (line.has(pair.key)) {
      return;
    }
    if (pair.value instanceof Number number) {
      line.addProperty(pair.key, number);
    } else {
      line.addProperty(pair.key, OneLine.truncated(String.valueOf(pair.value), MAX_VALUE));
    }
  }

  private static String escaped(String json) {
    return CONTROL
        .matcher(json)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }
}
