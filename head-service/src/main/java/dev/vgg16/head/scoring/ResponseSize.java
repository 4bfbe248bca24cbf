package dev.vgg16.head.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import dev.vgg16.v1.MapSelection;
import java.util.List;

/**
 * How many bytes a head's scores of one map may take in an answer. Known before it scores.
 *
 * @param allBytes of the scores of all of them
 * @param largestBytes of the score that takes the most
 * @param besideBytes of all else that is always there
 * @param heatMapBytes of a heat map
 */
record ResponseSize(long allBytes, int largestBytes, int besideBytes, int heatMapBytes) {

  /** Tags and lengths of a message in a message, and a few numbers. */
  static final int FRAME_BYTES = 64;

  /** Index and score, with their tags, and what is around a score. */
  private static final int SCORE_BYTES = 1 + 5 + 1 + Float.BYTES + 1 + 3;

  /**
   * @param cells height and width of a map
   */
  static ResponseSize of(HeadManifest head, List<Long> cells) {
    long all = 0;
    int largest = 0;
    int longest = 0;
    for (String label : head.labels()) {
      int text = label.getBytes(UTF_8).length;
      int bytes = SCORE_BYTES + CodedOutputStream.computeUInt32SizeNoTag(text) + 1 + text;
      all += bytes;
      largest = Math.max(largest, bytes);
      longest = Math.max(longest, text);
    }
    long heat = cells.get(0) * cells.get(1) * Float.BYTES + longest + FRAME_BYTES;
    return new ResponseSize(
        all,
        largest,
        head.id().length() + FRAME_BYTES,
        Math.toIntExact(Math.min(heat, Integer.MAX_VALUE)));
  }

  /** At most; what a {@link MapSelection} asks for. */
  long bytes(HeadSelection asked) {
    long scores =
        asked.topK() <= 0 ? allBytes : Math.min(allBytes, (long) asked.topK() * largestBytes);
    return scores + besideBytes + (asked.explain().isPresent() ? heatMapBytes : 0);
  }
}
