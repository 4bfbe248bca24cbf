package dev.vgg16.feature.relay;

import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.v1.MapSelection;
import java.util.List;

/**
 * What a {@code ScoreRequest} says, with the maps' bytes where they are.
 *
 * @param maps what is scored
 * @param selections one for each map, or a single one for all
 */
public record ScoreMessage(MapsMessage maps, List<MapSelection> selections) {

  public ScoreMessage {
    selections = List.copyOf(selections);
  }
}
