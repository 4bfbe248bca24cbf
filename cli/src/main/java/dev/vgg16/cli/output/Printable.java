package dev.vgg16.cli.output;

import org.jline.utils.WCWidth;

/**
 * Text of others (file names, labels, errors of a service) as a terminal may get it: what would
 * steer the terminal, break a line or turn the direction of writing is escaped as in JSON.
 */
public final class Printable {

  private Printable() {}

  /** The text, with escapes where they are needed. */
  public static String of(String text) {
    if (text.codePoints().noneMatch(Printable::steers)) {
      return text;
    }
    StringBuilder printable = new StringBuilder();
    text.codePoints().forEach(character -> append(printable, character));
    return printable.toString();
  }

  /** Columns of a terminal that printable text takes: two for a Chinese character, say. */
  public static int width(String printable) {
    return printable.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }

  /** Printable text, filled up with spaces to a width. */
  public static String padded(String printable, int width) {
    return printable + " ".repeat(Math.max(0, width - width(printable)));
  }

  /** Printable text, cut to a width; three dots say that it was. */
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
    if (!steers(character)) {
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

  static boolean steers(int character) {
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
