package dev.vgg16.head.scoring;

import java.util.Optional;

/** What one head made of one map. */
public sealed interface MapResult {

  /**
   * The map is scored.
   *
   * @param novelty empty unless it was asked for
   * @param heatMap empty unless it was asked for
   */
  record Scored(RankedClasses classes, Optional<Novelty> novelty, Optional<HeatMap> heatMap)
      implements MapResult {

    static Scored of(RankedClasses classes) {
      return new Scored(classes, Optional.empty(), Optional.empty());
    }
  }

  /** The map can't be scored, or lacks something else that was asked for. */
  record Failed(Exception cause) implements MapResult {}
}
