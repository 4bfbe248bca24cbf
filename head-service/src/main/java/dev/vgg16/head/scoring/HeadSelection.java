package dev.vgg16.head.scoring;

import dev.vgg16.v1.Explain;
import dev.vgg16.v1.MapSelection;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of one map.
 *
 * @param heads which score it; the default head is spelled out as ""
 * @param topK how many classes of each; 0: all
 * @param novelty whether to tell how unlike the training images it is
 * @param explain the class to find in it
 */
record HeadSelection(List<String> heads, int topK, boolean novelty, Optional<Explain> explain) {

  static HeadSelection of(MapSelection selection) {
    return new HeadSelection(
        selection.getHeadsCount() == 0 ? List.of("") : selection.getHeadsList(),
        selection.getTopK(),
        selection.getNovelty(),
        selection.hasExplain() ? Optional.of(selection.getExplain()) : Optional.empty());
  }
}
