package dev.vgg16.service.errors;

/** Messages that quote what others wrote. */
public final class OneLine {

  private static final int MAX_LENGTH = 2_000;

  private OneLine() {}

  /**
   * The text in one line and of bounded length, so that nobody writes lines of their own into the
   * log.
   */
  public static String of(String text) {
    String line = text.replaceAll("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+", " ");
    return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "..." : line;
  }
}
