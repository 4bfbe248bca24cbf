package dev.vgg16.cli.output;

import org.jline.utils.WCWidth;

/**
 * Untrusted text (file names, labels, errors of a service) for a terminal: control characters, line
 * separators and changes of the writing direction are escaped as in JSON.
 */
public final class Printable {

  private Printable() {}

  /** The text with escapes. */
  public static String of(String text) {
    if (text.codePoints().noneMatch(Printable::needsEscape)) {
      return text;
    }
    StringBuilder printable = new StringBuilder();
    text.codePoints().forEach(character -> append(printable, character));
    return printable.toString();
  }

  /** The columns that printable text occupies, such as two for a Chinese character. */
  public static int width(String printable) {
    return printable.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  /** Printable text, padded with spaces to a width. */
  public static String padded(String printable, int width) {
    return printable + " ".repeat(Math.max(0, width - width(printable)));
  }

  /** Printable text, truncated to a width that includes three dots. */
  public static String shortened(String printable, int width) {
    if (width(printable) <= width) {
      return printable;
    }
    StringBuilder start = new StringBuilder();
    int room = width - 3;
    for (int character : printable.codePoints().toArray()) {
      room -= Math.max(0, WCWidth.wcwidth(character));
      if (room < 0) {
        break;
      }
      start.appendCodePoint(character);
    }
    return start + "...";
  }

  static void append(StringBuilder printable, int character) {
    if (!needsEscape(character)) {
      printable.appendCodePoint(character);
      return;
    }
    switch (character) {
      case '\n' -> printable.append("\\n");
      case '\r' -> printable.append("\\r");
      case '\t' -> printable.append("\\t");
      default -> {
        for (char unit : Character.toChars(character)) {
          printable.append("\\u%04x".formatted((int) unit));
        }
      }
    }
  }

  static boolean needsEscape(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          !joins(character);
      default -> false;
    };
  }

  /** Zero-width joiner and non-joiner, which scripts and emoji need. */
  private static boolean joins(int character) {
    return character == 0x200D || character == 0x200C;
  }
}
