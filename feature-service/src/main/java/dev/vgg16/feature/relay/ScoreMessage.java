package dev.vgg16.feature.relay;

import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.v1.MapSelection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@code ScoreRequest} says, with the maps' bytes where they are.
 *
 * @param maps what is scored
 * @param selections one for each map, or a single one for all
 * @param alone whether it goes on a stream of its own, since it may break one
 */
public record ScoreMessage(MapsMessage maps, List<MapSelection> selections, boolean alone) {

  public ScoreMessage {
    selections = List.copyOf(selections);
  }

  public ScoreMessage(MapsMessage maps, List<MapSelection> selections) {
    this(maps, selections, false);
  }

  /** Whether not all maps are asked for the same. */
  boolean hasDifferentSelections() {
    return selections.stream().distinct().count() > 1;
  }

  /** What is asked of one map. */
  MapSelection selection(int map) {
    return switch (selections.size()) {
      case 0 -> MapSelection.getDefaultInstance();
      case 1 -> selections.get(0);
      default -> selections.get(map);
    };
  }

  /**
   * Some of the maps, in the order of these numbers, which rise; their bytes stay where they are.
   */
  ScoreMessage some(List<Integer> which, boolean alone) {
    List<ByteBuffer> data = new ArrayList<>(which.size());
    int bytes = maps.data().stream().mapToInt(ByteBuffer::remaining).sum() / maps.count();
    for (int map : which) {
      addBytes(data, map * bytes, bytes);
    }
    return new ScoreMessage(
        new MapsMessage(maps.header().toBuilder().setCount(which.size()).build(), data),
        selections.size() > 1 ? which.stream().map(selections::get).toList() : selections,
        alone);
  }

  /** One map lies in one buffer: buffers hold whole maps. */
  private void addBytes(List<ByteBuffer> to, int start, int length) {
    int skip = start;
    for (ByteBuffer part : maps.data()) {
      if (skip < part.remaining()) {
        to.add(part.slice(part.position() + skip, length));
        return;
      }
      skip -= part.remaining();
    }
    throw new IllegalArgumentException("there are fewer maps than %d bytes".formatted(start));
  }
}
