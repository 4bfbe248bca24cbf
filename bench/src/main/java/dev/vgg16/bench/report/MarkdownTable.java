package dev.vgg16.bench.report;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown. */
public final class MarkdownTable {

  private final int columns;
  private final List<String> lines = new ArrayList<>();

  public MarkdownTable(String... headings) {
    this.columns = headings.length;
    lines.add(line(List.of(headings)));
    lines.add("|" + " --- |".repeat(columns));
  }

  /** Adds a row. */
  public MarkdownTable row(String... cells) {
    checkArgument(cells.length == columns, "%s cells in %s columns", cells.length, columns);
    lines.add(line(List.of(cells)));
    return this;
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
