package dev.vgg16.feature.relay;

import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Estimates how many bytes a head's answer for one map has, from earlier answers. Thread-safe. */
final class ResponseSizes {

  /** Of a head that has not answered yet: some 2,000 classes. */
  private static final int UNKNOWN_HEAD_BYTES = 64 << 10;

  /** A class with a label of usual length. */
  private static final int CLASS_BYTES = 64;

  /** A heat map, or what novelty adds. */
  private static final int EXTRA_BYTES = 1 << 10;

  /** Far more than heads are loaded at a time; names of old versions pile up. */
  private static final int MAX_HEADS = 4096;

  private record Size(int classes, int bytes) {}

  private final Map<String, Size> sizes = new ConcurrentHashMap<>();

  /** The expected size of the answer for one map. */
  long bytes(MapSelection selection) {
    long bytes = 0;
    for (int i = 0; i < Math.max(1, selection.getHeadsCount()); i++) {
      bytes += bytes(name(selection, i), selection.getTopK());
    }
    boolean extras = selection.hasExplain() || selection.getNovelty();
    return bytes + (extras ? (long) EXTRA_BYTES * Math.max(1, selection.getHeadsCount()) : 0);
  }

  /**
   * @param topK uint32; 0: all
   */
  private long bytes(String head, int topK) {
    Size size = sizes.get(head);
    long top = Integer.toUnsignedLong(topK);
    if (size == null) {
      return top == 0 ? UNKNOWN_HEAD_BYTES : Math.min(UNKNOWN_HEAD_BYTES, top * CLASS_BYTES);
    }
    return top == 0 || top >= size.classes() ? size.bytes() : size.bytes() * top / size.classes();
  }

  /** Learns from an answer. */
  void learn(ScoreMessage asked, ScoreResponse answer) {
    // With one selection for all maps, all answers have the same size.
    int maps = asked.selections().size() > 1 ? answer.getMapsCount() : 1;
    for (int map = 0; map < Math.min(maps, answer.getMapsCount()); map++) {
      learn(asked.selection(map), answer.getMaps(map));
    }
  }

  private void learn(MapSelection asked, MapScores answer) {
    List<HeadScores> heads = answer.getScores().getHeadsList();
    for (int i = 0; i < heads.size(); i++) {
      HeadScores head = heads.get(i);
      int classes = head.getScoresCount();
      boolean all = asked.getTopK() == 0 || classes < Integer.toUnsignedLong(asked.getTopK());
      if (classes > 0 && all) {
        learn(name(asked, i), classes, head);
      }
    }
  }

  private void learn(String name, int classes, HeadScores answer) {
    Size known = sizes.get(name);
    if (known != null && known.classes() == classes) {
      return;
    }
    if (sizes.size() >= MAX_HEADS) {
      sizes.clear();
    }
    sizes.put(name, new Size(classes, answer.getSerializedSize()));
  }

  private static String name(MapSelection selection, int head) {
    return head < selection.getHeadsCount() ? selection.getHeads(head) : "";
  }
}
