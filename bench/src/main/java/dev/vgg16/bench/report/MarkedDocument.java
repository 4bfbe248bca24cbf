package dev.vgg16.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document with marked sections for measured figures: {@code <!-- bench:NAME --> ... <!-- /bench
 * -->}.
 */
public record MarkedDocument(Path file) {

  private static final String END = "<!-- /bench -->";

  /**
   * Checks that there is such a section, before an hour of measuring rather than after it.
   *
   * @throws IllegalStateException when there is none
   */
  public void requirePlace(String name) throws IOException {
    Matcher unused = place(Files.readString(file), name);
  }

  /**
   * Replaces the text of a section.
   *
   * @throws IllegalStateException when the document has no such section
   */
  public void replace(String name, String text) throws IOException {
    Matcher place = place(Files.readString(file), name);
    Files.writeString(
        file,
        place.replaceFirst(
            Matcher.quoteReplacement("%s\n%s\n%s".formatted(begin(name), text.strip(), END))));
  }

  private Matcher place(String document, String name) {
    Matcher place =
        Pattern.compile(Pattern.quote(begin(name)) + ".*?" + Pattern.quote(END), Pattern.DOTALL)
            .matcher(document);
    if (!place.find()) {
      throw new IllegalStateException("%s has no %s ... %s".formatted(file, begin(name), END));
    }
    return place;
  }

  private static String begin(String name) {
    return "<!-- bench:%s -->".formatted(name);
  }
}
