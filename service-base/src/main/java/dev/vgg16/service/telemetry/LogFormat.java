package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** The formats of the log, between which {@code logback.xml} selects by a system property. */
public enum LogFormat {
  /** For people: a time, a level, a name and a message. */
  TEXT,
  /** For log collectors: an object a line, by {@link JsonLogEncoder}. */
  JSON;

  private static final String PROPERTY = "VGG16_LOG_FORMAT";

  /**
   * Makes text the format, unless a system property says otherwise; before the first use of the
   * log, which would also take an environment variable of the name.
   */
  public static void begin() {
    System.setProperty(PROPERTY, System.getProperty(PROPERTY, "text"));
  }

  /** That of the process. */
  public static LogFormat current() {
    return valueOf(System.getProperty(PROPERTY, TEXT.name()).toUpperCase(Locale.ROOT));
  }

  /** Makes this the format of the process. */
  public void use() {
    if (current() != this) {
      System.setProperty(PROPERTY, name().toLowerCase(Locale.ROOT));
      LoggingConfiguration.reload();
    }
  }

  /**
   * The text of an error that is printed without the log, in this format.
   *
   * @param source whose error it is
   */
  public String error(Class<?> source, String text) {
    if (this == TEXT || text.isBlank()) {
      return text;
    }
    Logger logger = (Logger) LoggerFactory.getLogger(source);
    JsonLogEncoder encoder = new JsonLogEncoder();
    encoder.setContext(logger.getLoggerContext());
    encoder.start();
    byte[] line =
        encoder.encode(
            new LoggingEvent(
                LogFormat.class.getName(), logger, Level.ERROR, text.strip(), null, null));
    return new String(line, StandardCharsets.UTF_8);
  }
}
