package dev.vgg16.service.outcome;

import dev.vgg16.service.errors.OneLine;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text of clients that lines of the log quote. */
final class UntrustedText {

  /** What is not printable ASCII, and what could end a quotation. */
  private static final Pattern OTHERS = Pattern.compile("[^\\x20-\\x7e]|['\"\\\\]");

  /** What the name of a method never has. */
  private static final Pattern NOT_OF_METHODS = Pattern.compile("[^A-Za-z0-9_./]");

  private UntrustedText() {}

  /** The path of a call with {@code _} in the place of what no method's name has. */
  static String method(String path, int maxLength) {
    return NOT_OF_METHODS.matcher(OneLine.truncated(path, maxLength)).replaceAll("_");
  }

  /**
   * The text with {@code _} in the place of characters that are not printable ASCII, quotes or
   * backslashes; empty if there is none.
   *
   * @param maxLength after which it is cut
   */
  static String printable(@Nullable String text, int maxLength) {
    return text == null || text.isEmpty()
        ? ""
        : OTHERS.matcher(OneLine.truncated(text, maxLength)).replaceAll("_");
  }
}
