package dev.vgg16.head.api;

import dev.vgg16.head.scoring.ScoreOptions;
import dev.vgg16.v1.MapSelection;
import java.util.List;
import java.util.Optional;

/**
 * What a request asks for one map.
 *
 * @param heads the ids of those that score it; "" is the default head
 */
record HeadSelection(List<String> heads, ScoreOptions options) {

  static HeadSelection of(MapSelection selection) {
    return new HeadSelection(
        selection.getHeadsCount() == 0 ? List.of("") : selection.getHeadsList(),
        new ScoreOptions(
            selection.getTopK(),
            selection.getNovelty(),
            selection.hasExplain()
                ? Optional.of(selection.getExplain().getLabel())
                : Optional.empty()));
  }
}
