package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.head.novelty.TrainingFeatures;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.HeadScores;

/**
 * What one head can tell of the maps of one batch beside their scores: novelty, and where it sees a
 * class. Costs nothing until it is asked. Used by one thread.
 */
final class OptionalOutputs implements AutoCloseable {

  private final Head head;
  private final MapBatch batch;
  private final RowBuffer rows;
  private final int[] maps;
  private HeatMaps heatMaps;

  /**
   * @param rows the maps as the head takes them
   * @param maps which of the batch's they are
   */
  OptionalOutputs(Head head, MapBatch batch, RowBuffer rows, int[] maps) {
    this.head = head;
    this.batch = batch;
    this.rows = rows;
    this.maps = maps;
  }

  /**
   * Whether a head can tell what is asked for.
   *
   * @throws ServingException {@code MISMATCH} or {@code INVALID_INPUT} when it can't
   */
  static void check(Head head, MapBatch batch, HeadSelection asked) {
    if (asked.novelty()) {
      TrainingFeatures unused = NoveltyOfMap.training(head.manifest());
    }
    asked.explain().ifPresent(explain -> HeatMaps.check(head, batch, explain));
  }

  /**
   * The scores of the map in a row, and what is asked for beside them.
   *
   * @throws ServingException as {@link #check}
   */
  HeadScores add(HeadScores scores, int row, HeadSelection asked) throws OrtException {
    if (!asked.novelty() && asked.explain().isEmpty()) {
      return scores;
    }
    check(head, batch, asked);
    HeadScores.Builder all = scores.toBuilder();
    if (asked.novelty()) {
      all.setNovelty(NoveltyOfMap.of(head.manifest(), maps[row], rows.row(row).asFloatBuffer()));
    }
    if (asked.explain().isPresent()) {
      Explain explain = asked.explain().get();
      all.setHeatMap(heatMaps().of(row, explain, scores.getScores(0).getLabel()));
    }
    return all.build();
  }

  /** Of all the batch's maps at once: it costs less than to copy the ones that are asked for. */
  private HeatMaps heatMaps() throws OrtException {
    if (heatMaps == null) {
      heatMaps = HeatMaps.of(head, rows, maps.length);
    }
    return heatMaps;
  }

  @Override
  public void close() {
    if (heatMaps != null) {
      heatMaps.close();
    }
  }
}
