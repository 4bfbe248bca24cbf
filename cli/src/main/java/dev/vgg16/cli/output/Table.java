package dev.vgg16.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A small table whose columns are as wide as their widest cell. */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row, with as many cells as there are headings; they are made printable. */
  public void add(String... cells) {
    rows.add(Arrays.stream(cells).map(Printable::of).toList());
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], Printable.width(row.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(Printable.padded(row.get(i), widths[i] + 2));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
