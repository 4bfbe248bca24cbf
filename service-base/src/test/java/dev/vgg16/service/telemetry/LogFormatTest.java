package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The format of events by {@code logback.xml}. */
class LogFormatTest {

  @Test
  void anEventIsOneLine() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream err = System.err;
    LoggerContext logs = new LoggerContext();
    logs.setMDCAdapter(new LogbackMDCAdapter());
    System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(logs);
      configurator.doConfigure(getClass().getResource("/logback.xml"));
      logs.getLogger("a.b.Some")
          .info(
              "refused: {}",
              "x\n2026-01-01 INFO Forged: all is well\u2028\u009b2Jé",
              new Exception());
    } finally {
      logs.stop();
      System.setErr(err);
    }
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .endsWith(" INFO  Some: refused: x 2026-01-01 INFO Forged: all is well 2Jé");
  }
}
