package dev.vgg16.head.scoring;

import dev.vgg16.inference.onnx.Float32Cast;
import dev.vgg16.inference.onnx.RowBuffer;

/** Scores batches of maps, on the caller's thread. Thread-safe. */
public final class BatchScorer implements AutoCloseable {

  private final ScoreListener listener;
  private final MapListener mapListener;
  private final Float32Cast cast = new Float32Cast();
  private final InputBuffers inputs;

  /** Receives what was scored, for metrics. */
  public interface ScoreListener {

    /** Ignores everything. */
    ScoreListener NONE = (head, maps, nanos) -> {};

    /** A head scored this many maps in one run. */
    void scored(HeadManifest head, int maps, long nanos);

    /** What was asked for beside the scores of one map is computed, such as a heat map. */
    default void optionalOutputsAdded() {}
  }

  /** Receives the maps that were scored. */
  @FunctionalInterface
  public interface MapListener {

    /** Ignores everything. */
    MapListener NONE = (head, maps, count) -> {};

    /**
     * A head scored the first {@code count} of these maps, float32, whole or averaged.
     *
     * @param maps not to be read after this call
     */
    void scored(HeadManifest head, RowBuffer maps, int count);
  }

  /**
   * @param maxBatch the most maps in a batch
   */
  public BatchScorer(ScoreListener listener, int maxBatch) {
    this(listener, MapListener.NONE, maxBatch);
  }

  /**
   * @param maxBatch the most maps in a batch
   */
  public BatchScorer(ScoreListener listener, MapListener mapListener, int maxBatch) {
    this.listener = listener;
    this.mapListener = mapListener;
    this.inputs = new InputBuffers(maxBatch, cast::run);
  }

  /** Begins to score a batch; the caller closes it when all its heads have scored. */
  public BatchScoring begin(MapBatch batch, PerMap<ScoreOptions> options) {
    return new BatchScoring(batch, options, inputs.lease(batch), listener, mapListener);
  }

  @Override
  public void close() {
    cast.close();
  }
}
