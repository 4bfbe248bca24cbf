package dev.vgg16.feature.relay;

import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.v1.MapSelection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a {@code ScoreRequest}, with the maps' bytes in the buffers that the backbone
 * wrote.
 *
 * @param maps to score
 * @param selections one for each map, or a single one for all
 * @param alone whether it is sent on a stream of its own, because streams with it were aborted
 */
public record ScoreMessage(MapsMessage maps, List<MapSelection> selections, boolean alone) {

  public ScoreMessage {
    selections = List.copyOf(selections);
  }

  public ScoreMessage(MapsMessage maps, List<MapSelection> selections) {
    this(maps, selections, false);
  }

  /** Whether the maps have different selections. */
  boolean hasDifferentSelections() {
    return selections.stream().distinct().count() > 1;
  }

  /** The selection of one map. */
  MapSelection selection(int map) {
    return switch (selections.size()) {
      case 0 -> MapSelection.getDefaultInstance();
      case 1 -> selections.get(0);
      default -> selections.get(map);
    };
  }

  /**
   * A message with some of the maps, whose bytes are not copied.
   *
   * @param which their indexes, ascending
   */
  ScoreMessage subset(List<Integer> which, boolean alone) {
    List<ByteBuffer> data = new ArrayList<>(which.size());
    int bytes = maps.data().stream().mapToInt(ByteBuffer::remaining).sum() / maps.count();
    for (int map : which) {
      addBytes(data, map * bytes, bytes);
    }
    return new ScoreMessage(
        new MapsMessage(
            maps.backbone(),
            maps.form(),
            which.size(),
            data,
            some(maps.traceparents(), which),
            some(maps.routingKeys(), which)),
        selections.size() > 1 ? some(selections, which) : selections,
        alone);
  }

  private static <T> List<T> some(List<T> all, List<Integer> which) {
    return all.isEmpty() ? all : which.stream().map(all::get).toList();
  }

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
