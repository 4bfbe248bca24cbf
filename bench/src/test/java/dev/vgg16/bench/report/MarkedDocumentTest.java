package dev.vgg16.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedDocumentTest {

  private static final String TEXT =
      """
      # Title
      <!-- bench:a -->
      old
      <!-- /bench -->
      between
      <!-- bench:b -->
      <!-- /bench -->
      end
      """;

  @TempDir private Path folder;

  @Test
  void replacesOnePlaceAndLeavesTheRest() throws IOException {
    MarkedDocument document = document();
    document.replace("a", "| $1 \\ |\n| 2 |\n");
    assertThat(document.file()).hasContent(TEXT.replace("\nold\n", "\n| $1 \\ |\n| 2 |\n"));
    document.replace("a", "old");
    assertThat(document.file()).hasContent(TEXT);
  }

  @Test
  void saysWhichPlaceIsMissing() throws IOException {
    MarkedDocument document = document();
    document.requirePlace("b");
    assertThatThrownBy(() -> document.requirePlace("c"))
        .hasMessage(document.file() + " has no <!-- bench:c --> ... <!-- /bench -->");
  }

  private MarkedDocument document() throws IOException {
    return new MarkedDocument(Files.writeString(folder.resolve("doc.md"), TEXT));
  }
}
