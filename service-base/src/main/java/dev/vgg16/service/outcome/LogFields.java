package dev.vgg16.service.outcome;

import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** An event of the log, of level INFO, with fields of its own. */
final class LogFields {

  private final LoggingEventBuilder event;

  LogFields(Logger logger) {
    event = logger.atInfo();
  }

  /** Adds a field, unless its value is empty. */
  void add(String name, String value) {
    if (!value.isEmpty()) {
      var unused = event.addKeyValue(name, value);
    }
  }

  void add(String name, Number value) {
    var unused = event.addKeyValue(name, value);
  }

  /**
   * Logs the event.
   *
   * @param text that tells people the same
   */
  void log(String text) {
    event.log("{}", text);
  }
}
