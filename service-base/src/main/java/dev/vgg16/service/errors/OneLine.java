package dev.vgg16.service.errors;

/** Sanitizes messages that quote untrusted text. */
public final class OneLine {

  private static final int MAX_LENGTH = 2_000;

  private OneLine() {}

  /** The text on one line and of bounded length, so that it can't forge lines of the log. */
  public static String of(String text) {
    String line = text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+", " ");
    return truncated(line, MAX_LENGTH);
  }

  /** The text, cut after {@code maxLength} characters and marked by "..." if it is longer. */
  public static String truncated(String text, int maxLength) {
    return text.length() > maxLength ? text.substring(0, maxLength) + "..." : text;
  }
}
