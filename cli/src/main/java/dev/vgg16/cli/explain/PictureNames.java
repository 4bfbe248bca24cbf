package dev.vgg16.cli.explain;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Names {@code PHOTO.HEAD.CLASS.png} for the pictures of some photos, all in one folder. No two
 * photos have one name, also where file names that differ in case or in composition alone are the
 * same; the names do not depend on the order in which they are asked for.
 */
final class PictureNames {

  /** File systems have room for 255 bytes. */
  private static final int MOST_PHOTO_BYTES = 120;

  private static final int MOST_HEAD_BYTES = 50;
  private static final int MOST_LABEL_BYTES = 60;

  /** What some file system does not take, or a shell takes for something else. */
  private static final String UNSUITABLE = "[\\p{Cntrl}\\p{Cf}\\p{Cs}\\s/\\\\:*?\"<>|]+";

  private final Map<Path, String> photos = new HashMap<>();
  private final Map<String, Picture> taken = new HashMap<>();

  private record Picture(Path photo, String head, String label) {}

  PictureNames(List<Path> photos) {
    Map<String, Path> bases = new HashMap<>();
    for (Path photo : photos) {
      this.photos.computeIfAbsent(
          photo,
          path -> {
            String base = lastBytes(suitable(path.normalize().toString()), MOST_PHOTO_BYTES);
            return free(base, "", candidate -> bases.putIfAbsent(folded(candidate), path) == null);
          });
    }
  }

  /** The name of a picture; the same each time. */
  String of(Path photo, String head, String label) {
    Picture picture = new Picture(photo, head, label);
    String name =
        "%s.%s.%s"
            .formatted(
                photos.get(photo),
                firstBytes(suitable(head), MOST_HEAD_BYTES),
                firstBytes(suitable(label), MOST_LABEL_BYTES));
    return free(
        name,
        ".png",
        candidate -> {
          Picture there = taken.putIfAbsent(folded(candidate), picture);
          return there == null || there.equals(picture);
        });
  }

  private interface Claim {
    boolean succeeds(String candidate);
  }

  private static String free(String name, String ending, Claim claim) {
    String candidate = name + ending;
    for (int number = 2; !claim.succeeds(candidate); number++) {
      candidate = name + "-" + number + ending;
    }
    return candidate;
  }

  private static String suitable(String text) {
    return text.replaceAll(UNSUITABLE, "_").replaceAll("^[._]+(?=.)", "");
  }

  /** As file systems that do not tell case and composition apart see it. */
  private static String folded(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  private static String firstBytes(String text, int most) {
    int end = text.length();
    while (bytes(text.substring(0, end)) > most) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end);
  }

  /** The end of a path tells more than its beginning. */
  private static String lastBytes(String text, int most) {
    int begin = 0;
    while (bytes(text.substring(begin)) > most) {
      begin = text.offsetByCodePoints(begin, 1);
    }
    return text.substring(begin);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
