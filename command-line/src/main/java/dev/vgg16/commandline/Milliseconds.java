package dev.vgg16.commandline;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts milliseconds to a duration whose nanoseconds do not overflow. */
final class Milliseconds implements ITypeConverter<Duration> {

  static final Duration LONGEST = Duration.ofDays(366);

  @Override
  public Duration convert(String value) {
    Duration time;
    try {
      time = Duration.ofMillis(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'%s' is not a number of milliseconds".formatted(value));
    }
    if (time.compareTo(LONGEST) > 0) {
      throw new TypeConversionException(
          "it must be at most %d (%d days), not %s"
              .formatted(LONGEST.toMillis(), LONGEST.toDays(), value));
    }
    return time;
  }
}
