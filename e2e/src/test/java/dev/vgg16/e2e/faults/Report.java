package dev.vgg16.e2e.faults;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** Reports the results of fault tests, and has their durations. */
final class Report {

  /** The duration of each test's load. */
  static final Duration TIME = Duration.ofSeconds(Integer.getInteger("faults.seconds", 6));

  private static final Path FILE = Path.of("target", "faults.txt");

  private Report() {}

  @FormatMethod
  static void print(String format, Object... values) {
    String line = format.formatted(values);
    System.out.println("faults: " + line);
    try {
      Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A goal that depends on the machine's speed: missing it is reported and fails nothing. */
  static void goal(String what, double value, double atMost) {
    print(
        "goal: %s %s, at most %s: %s",
        what, oneDecimal(value), oneDecimal(atMost), value <= atMost ? "reached" : "missed");
  }

  static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
