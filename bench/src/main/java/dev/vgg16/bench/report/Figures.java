package dev.vgg16.bench.report;

import dev.vgg16.bench.stats.Series;
import java.util.Locale;

/** Formats figures for people. */
public final class Figures {

  private Figures() {}

  /** Such as "48.5". */
  public static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /** Such as "1,204". */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** The median and the range of the rounds: "48.5 (47.9 to 49.0)". */
  public static String series(Series series, int digits) {
    return "%s (%s to %s)"
        .formatted(
            number(series.median(), digits),
            number(series.min(), digits),
            number(series.max(), digits));
  }

  /** A goal and whether a figure reached it. */
  public static String goal(String goal, boolean reached) {
    return goal + (reached ? ", reached" : ", missed");
  }
}
