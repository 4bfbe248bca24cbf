package dev.vgg16.head.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import java.util.List;

/**
 * An upper bound of the bytes that a head's scores of one map take in a response; known before it
 * scores.
 *
 * @param allBytes of the scores of all classes
 * @param largestBytes of the largest score
 * @param besideBytes of everything else but a heat map
 * @param heatMapBytes of a heat map
 */
public record ResponseSize(long allBytes, int largestBytes, int besideBytes, int heatMapBytes) {

  /** More than the tags and lengths of nested messages, and a few numbers. */
  private static final int FRAME_BYTES = 64;

  /** Index and score with their tags, and the tag and length of the message around them. */
  private static final int SCORE_BYTES = 1 + 5 + 1 + Float.BYTES + 1 + 3;

  private static final int THRESHOLD_BYTES = 1 + Float.BYTES;

  /**
   * @param cells height and width of a map
   */
  static ResponseSize of(HeadManifest head, List<Long> cells) {
    int scoreBytes = SCORE_BYTES + (head.thresholds().isEmpty() ? 0 : THRESHOLD_BYTES);
    long all = 0;
    int largest = 0;
    int longest = 0;
    for (String label : head.labels()) {
      int text = label.getBytes(UTF_8).length;
      int bytes = scoreBytes + CodedOutputStream.computeUInt32SizeNoTag(text) + 1 + text;
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

  /** The most bytes that the scores of one map may take. */
  public long bytes(ScoreOptions options) {
    long scores =
        options.topK() <= 0 ? allBytes : Math.min(allBytes, (long) options.topK() * largestBytes);
    return scores + besideBytes + (options.explain().isPresent() ? heatMapBytes : 0);
  }

  /**
   * The most bytes that a failure takes in the place of scores.
   *
   * @param id of the head, as it was asked for
   * @param statusBytes of the status
   */
  public static int ofFailure(String id, int statusBytes) {
    return statusBytes + id.getBytes(UTF_8).length + FRAME_BYTES;
  }
}
