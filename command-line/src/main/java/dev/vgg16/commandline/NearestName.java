package dev.vgg16.commandline;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known name for a mistyped one. */
final class NearestName {

  private NearestName() {}

  /** The name of the smallest edit distance, if that is small for the name's length. */
  static Optional<String> of(String name, Collection<String> known) {
    int changes = Math.min(name.length() - 1, Math.max(2, name.length() / 3));
    return known.stream()
        .min(Comparator.comparingInt(other -> distance(name, other)))
        .filter(other -> distance(name, other) <= changes);
  }

  /** The Levenshtein distance: insertions, deletions and replacements. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], row[j]));
      }
    }
    return row[to.length()];
  }
}
