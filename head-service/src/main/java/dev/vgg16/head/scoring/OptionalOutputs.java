package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.head.novelty.TrainingFeatures;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import java.util.Optional;

/**
 * What one head computes for the maps of a batch besides their scores: novelty and heat maps, each
 * only when asked for. Used by one thread.
 */
final class OptionalOutputs implements AutoCloseable {

  private final Head head;
  private final MapBatch batch;
  private final RowBuffer rows;
  private final int[] maps;
  private Optional<HeatMaps> heatMaps = Optional.empty();

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
   * Checks that a head can compute what is asked for.
   *
   * @throws ServingException {@code MISMATCH} or {@code INVALID_INPUT} when it can't
   */
  static void check(Head head, MapBatch batch, ScoreOptions options) {
    if (options.novelty()) {
      TrainingFeatures unused = Novelty.training(head.manifest());
    }
    options.explain().ifPresent(label -> HeatMaps.check(head, batch, label));
  }

  /**
   * The result of the map in a row, with what is asked for beside its scores.
   *
   * @throws ServingException as {@link #check}
   */
  MapResult.Scored add(RankedClasses classes, int row, ScoreOptions options) throws OrtException {
    check(head, batch, options);
    Optional<Novelty> novelty =
        options.novelty()
            ? Optional.of(Novelty.of(head.manifest(), maps[row], rows.row(row).asFloatBuffer()))
            : Optional.empty();
    Optional<HeatMap> heatMap =
        options.explain().isPresent()
            ? Optional.of(heatMaps().of(row, options.explain().get(), classes.index(0)))
            : Optional.empty();
    return new MapResult.Scored(classes, novelty, heatMap);
  }

  /** Of all rows at once: cheaper than to copy the ones that are asked for. */
  private HeatMaps heatMaps() throws OrtException {
    if (heatMaps.isEmpty()) {
      heatMaps = Optional.of(HeatMaps.of(head, rows, maps.length));
    }
    return heatMaps.get();
  }

  @Override
  public void close() {
    heatMaps.ifPresent(HeatMaps::close);
  }
}
