package dev.vgg16.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.bench.stats.Series;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {

  @Test
  void writesHeadingsAndRows() {
    MarkdownTable table =
        new MarkdownTable("what", "figure")
            .row("speed", Figures.series(Series.of(List.of(1204.26, 1200.0, 1210.0)), 1))
            .row("ratio", Figures.goal(">= 0.9", false));
    assertThat(table)
        .hasToString(
            """
            | what | figure |
            | --- | --- |
            | speed | 1,204.3 (1,200.0 to 1,210.0) |
            | ratio | >= 0.9, missed |""");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    assertThatThrownBy(() -> new MarkdownTable("a", "b").row("1"))
        .hasMessage("1 cells in 2 columns");
  }
}
