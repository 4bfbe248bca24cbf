package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusUtil;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The formats of events by {@code logback.xml}. */
class LogFormatTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  /**
   * What is written.
   *
   * @param variables of {@code logback.xml}
   */
  private static List<String> lines(Map<String, String> variables, Consumer<Logger> log)
      throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream err = System.err;
    LoggerContext logs = new LoggerContext();
    logs.setMDCAdapter(new LogbackMDCAdapter());
    variables.forEach(logs::putProperty);
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(logs);
      configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
      // Logback would print them.
      assertThat(new StatusUtil(logs).getHighestLevel(0)).isLessThan(Status.WARN);
      log.accept(logs.getLogger("a.b.Some"));
    } finally {
      logs.stop();
      System.setErr(err);
    }
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static JsonObject json(Map<String, String> variables, Consumer<Logger> log)
      throws Exception {
    List<String> lines = lines(variables, log);
    assertThat(lines).hasSize(1);
    return JsonParser.parseString(lines.get(0)).getAsJsonObject();
  }

  @SuppressWarnings("try") // The scope is closed.
  private static void logInSpan(Logger log) {
    SpanContext span =
        SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault());
    try (Scope unused = Span.wrap(span).makeCurrent()) {
      log.info("in a span");
    }
  }

  @Test
  void anEventIsOneLine() throws Exception {
    List<String> lines =
        lines(
            Map.of(),
            log ->
                log.info(
                    "refused: {}",
                    "x\n2026-01-01 INFO Forged: all is well\u2028\u009b2Jé",
                    new Exception()));
    assertThat(lines)
        .singleElement()
        .asString()
        .endsWith(" INFO  Some: refused: x 2026-01-01 INFO Forged: all is well 2Jé");
  }

  @Test
  void anEventIsOneObject() throws Exception {
    JsonObject line =
        json(
            Map.of("VGG16_LOG_FORMAT", "json"),
            log -> log.warn("refused: {}", "x\ny", new Exception("why")));
    assertThat(line.keySet())
        .containsExactly("timestamp", "level", "logger", "thread.name", "message");
    assertThat(line.get("level").getAsString()).isEqualTo("WARN");
    assertThat(line.get("logger").getAsString()).isEqualTo("a.b.Some");
    assertThat(line.get("message").getAsString()).isEqualTo("refused: x\ny");
    assertThat(line.get("thread.name").getAsString()).isEqualTo(Thread.currentThread().getName());
  }

  /** Both formats depend on the same variable. */
  @Test
  void stackTracesAreAFieldWhereTextWouldHaveThem() throws Exception {
    JsonObject line =
        json(
            Map.of("VGG16_LOG_FORMAT", "json", "VGG16_STACK_TRACE", "%ex"),
            log -> log.error("failed", new IllegalStateException("why")));
    assertThat(line.get("exception.stacktrace").getAsString())
        .startsWith("java.lang.IllegalStateException: why\n\tat " + LogFormatTest.class.getName());
  }

  @Test
  void aLineSaysInWhichSpanItWasLogged() throws Exception {
    JsonObject line = json(Map.of("VGG16_LOG_FORMAT", "json"), LogFormatTest::logInSpan);
    assertThat(line.get("trace_id").getAsString()).isEqualTo(TRACE);
    assertThat(line.get("span_id").getAsString()).isEqualTo(SPAN);
    assertThat(lines(Map.of(), LogFormatTest::logInSpan))
        .singleElement()
        .asString()
        .endsWith("INFO  Some: in a span");
  }

  @Test
  void errorsBesideTheLogHaveItsFormat() {
    String text = "head-service: no\n\tat a.b\n";
    assertThat(LogFormat.TEXT.error(LogFormatTest.class, text)).isEqualTo(text);
    assertThat(LogFormat.JSON.error(LogFormatTest.class, "")).isEmpty();
    String line = LogFormat.JSON.error(LogFormatTest.class, text);
    assertThat(line).endsWith("}\n").hasLineCount(1);
    JsonObject error = JsonParser.parseString(line).getAsJsonObject();
    assertThat(error.get("level").getAsString()).isEqualTo("ERROR");
    assertThat(error.get("message").getAsString()).isEqualTo("head-service: no\n\tat a.b");
  }
}
