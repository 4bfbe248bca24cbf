package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.head.scoring.BatchScorer.MapListener;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The scoring of one batch: each head that is asked for runs once, over just the maps that ask for
 * it. Used by one thread.
 */
public final class BatchScoring implements AutoCloseable {

  private final MapBatch batch;
  private final PerMap<ScoreOptions> options;
  private final InputBuffers.Lease input;
  private final ScoreListener listener;
  private final MapListener mapListener;

  BatchScoring(
      MapBatch batch,
      PerMap<ScoreOptions> options,
      InputBuffers.Lease input,
      ScoreListener listener,
      MapListener mapListener) {
    this.batch = batch;
    this.options = options;
    this.input = input;
    this.listener = listener;
    this.mapListener = mapListener;
  }

  /**
   * Scores maps with one head. What fails is a result.
   *
   * @param head loaded until this returns
   * @param maps indices in the batch, at least one, ascending
   */
  public HeadResult score(Head head, int[] maps) {
    try {
      batch.check(head);
      if (options.isShared()) {
        // What no map can have, the head need not run for.
        OptionalOutputs.check(head, batch, options.of(0));
      }
      return new HeadResult.Scored(head.manifest(), maps, run(head, maps));
    } catch (OrtException | RuntimeException e) {
      return new HeadResult.Failed(e);
    }
  }

  private List<MapResult> run(Head head, int[] maps) throws OrtException {
    RowBuffer rows = input.fill(head, maps);
    RowBuffer output = head.takeOutput(maps.length);
    try (OptionalOutputs optional = new OptionalOutputs(head, batch, rows, maps)) {
      long start = System.nanoTime();
      head.run(rows, maps.length, output);
      listener.scored(head.manifest(), maps.length, System.nanoTime() - start);
      mapListener.scored(head.manifest(), rows, maps.length);
      FloatBuffer scores = output.floats(maps.length);
      List<MapResult> results = new ArrayList<>(maps.length);
      for (int row = 0; row < maps.length; row++) {
        results.add(result(head, maps[row], row, scores, optional));
      }
      return results;
    } finally {
      head.giveBackOutput(output);
    }
  }

  private MapResult result(
      Head head, int map, int row, FloatBuffer scores, OptionalOutputs optional) {
    int offset = row * head.classes();
    if (!RankedClasses.areFinite(scores, offset, head.classes())) {
      return notFinite(head.manifest(), map);
    }
    ScoreOptions asked = options.of(map);
    RankedClasses classes = RankedClasses.best(scores, offset, head.classes(), asked.topK());
    return asked.isScoresOnly()
        ? MapResult.Scored.of(classes)
        : withOptionalOutputs(classes, row, asked, optional);
  }

  /** Infinities and NaN in a map lead to scores that are not finite, and would rank as the best. */
  private static MapResult notFinite(HeadManifest head, int map) {
    return new MapResult.Failed(
        ServingException.invalidInput(
            "maps.data",
            "map %d: the scores of %s are not finite numbers; the map's floats must be finite, and of a size that a backbone makes"
                .formatted(map, head.id())));
  }

  /** What was asked for beside the scores fails that map alone. */
  private MapResult withOptionalOutputs(
      RankedClasses classes, int row, ScoreOptions asked, OptionalOutputs optional) {
    try {
      MapResult all = optional.add(classes, row, asked);
      listener.optionalOutputsAdded();
      return all;
    } catch (OrtException | RuntimeException e) {
      return new MapResult.Failed(e);
    }
  }

  @Override
  public void close() {
    input.close();
  }
}
