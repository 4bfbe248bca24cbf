package dev.vgg16.cli.explain;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Names {@code PHOTO.HEAD.CLASS.png} for the pictures of some photos, all in one folder. They are
 * unique, also on file systems that ignore case or normalize Unicode, and do not depend on the
 * order of the calls.
 */
final class PictureNames {

  /** The three parts fit into the 255 bytes that file systems allow. */
  private static final int MAX_PHOTO_BYTES = 120;

  private static final int MAX_HEAD_BYTES = 50;
  private static final int MAX_LABEL_BYTES = 60;

  /** Characters that a file system forbids or a shell interprets. */
  private static final String FORBIDDEN = "[\\p{Cntrl}\\p{Cf}\\p{Cs}\\s/\\\\:*?\"<>|]+";

  private final Map<Path, String> photos = new HashMap<>();
  private final Map<String, Picture> taken = new HashMap<>();

  private record Picture(Path photo, String head, String label) {}

  PictureNames(List<Path> photos) {
    Map<String, Path> bases = new HashMap<>();
    for (Path photo : photos) {
      this.photos.computeIfAbsent(
          photo,
          path -> {
            String base = lastBytes(allowed(path.normalize().toString()), MAX_PHOTO_BYTES);
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
                firstBytes(allowed(head), MAX_HEAD_BYTES),
                firstBytes(allowed(label), MAX_LABEL_BYTES));
    return free(
        name,
        ".png",
        candidate -> {
          Picture earlier = taken.putIfAbsent(folded(candidate), picture);
          return earlier == null || earlier.equals(picture);
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

  private static String allowed(String text) {
    return text.replaceAll(FORBIDDEN, "_").replaceAll("^[._]+(?=.)", "");
  }

  /** The name as file systems compare it that ignore case and normalize Unicode. */
  private static String folded(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  private static String firstBytes(String text, int max) {
    int end = text.length();
    while (bytes(text.substring(0, end)) > max) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end);
  }

  /** The last bytes, since the end of a path is more specific than its beginning. */
  private static String lastBytes(String text, int max) {
    int begin = 0;
    while (bytes(text.substring(begin)) > max) {
      begin = text.offsetByCodePoints(begin, 1);
    }
    return text.substring(begin);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
