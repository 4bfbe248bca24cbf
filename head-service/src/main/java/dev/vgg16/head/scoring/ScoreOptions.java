package dev.vgg16.head.scoring;

import java.util.Optional;

/**
 * What a head is to tell of one map.
 *
 * @param topK how many classes, best first; 0 or less: all
 * @param novelty whether to measure how unlike the head's training images the map is
 * @param explain the label of the class to show in a heat map, "" for the best class; empty: no
 *     heat map
 */
public record ScoreOptions(int topK, boolean novelty, Optional<String> explain) {

  /** Whether the scores are all that is asked for. */
  boolean isScoresOnly() {
    return !novelty && explain.isEmpty();
  }
}
