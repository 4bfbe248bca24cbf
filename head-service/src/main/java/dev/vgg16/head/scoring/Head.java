package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import com.google.errorprone.annotations.CheckReturnValue;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.ReferenceCount;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.inference.onnx.SessionSettings;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One loaded version of one head: maps [n, 5, 5, 512] in, scores [n, classes] out. Thread-safe;
 * runs on the caller's thread.
 *
 * <p>Its users are counted, so that it can be closed at any time: it is unloaded with the last of
 * them.
 */
public final class Head implements AutoCloseable {

  /** The fewest rows of an output buffer, so that small ones are not soon replaced. */
  private static final int MIN_OUTPUT_ROWS = 16;

  private final HeadManifest manifest;
  private final OnnxModel model;
  private final List<Long> mapShape;
  private final List<Long> pooledShape;
  private final ResponseSize responseSize;
  private final Optional<Explainer> explainer;
  private final Queue<RowBuffer> outputs = new ConcurrentLinkedQueue<>();
  private final ReferenceCount references = new ReferenceCount(this::unload);

  private Head(HeadManifest manifest, OnnxModel model, OpenModels models) {
    this.manifest = manifest;
    this.model = model;
    this.mapShape = HeadShapes.map(manifest, model.inputRowShape());
    this.pooledShape = List.of(1L, 1L, mapShape.get(2));
    HeadShapes.checkScores(manifest, model.outputRowShape());
    HeadShapes.checkFeatures(manifest, mapShape);
    this.responseSize = ResponseSize.of(manifest, mapShape);
    this.explainer =
        manifest.explain().map(file -> Explainer.verified(file, classes(), mapShape, models));
  }

  /**
   * Loads the model that a manifest describes, and verifies its explanation model, if any: without
   * that the head is not served either.
   *
   * @param models ends its runs with the process
   * @throws ManifestException when a file is missing or has another digest, or its shapes do not
   *     fit
   * @throws ModelLoadException when ONNX Runtime can't load it
   */
  public static Head load(HeadManifest manifest, OpenModels models) {
    manifest.verifyFiles();
    // A head takes microseconds: handing work to other threads would take longer.
    OnnxModel model =
        OnnxModel.load(manifest.model().path(), SessionSettings.singleThread(), models);
    try {
      return new Head(manifest, model, models);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  public HeadManifest manifest() {
    return manifest;
  }

  /** Height, width and channels of one map. */
  public List<Long> mapShape() {
    return mapShape;
  }

  /** The shape in which it takes a map that is averaged over height and width: one cell. */
  List<Long> pooledShape() {
    return pooledShape;
  }

  /** What its scores take in a response. */
  public ResponseSize responseSize() {
    return responseSize;
  }

  public int classes() {
    return manifest.labels().size();
  }

  /** Keeps it loaded until {@link #release}; false when it is closed. */
  @CheckReturnValue
  public boolean retain() {
    return references.retain();
  }

  /** Undoes one {@link #retain}. */
  public void release() {
    references.release();
  }

  /** Whether its explanation model has to be read from disk before a heat map can be computed. */
  public boolean hasToLoadExplainer() {
    return explainer.map(model -> !model.isOpen()).orElse(false);
  }

  /** Its explanation model, if it has one. */
  Optional<Explainer> explainer() {
    return explainer;
  }

  /** A buffer for at least so many rows of scores, to be given back. */
  RowBuffer takeOutput(int count) {
    RowBuffer reused = outputs.poll();
    if (reused != null) {
      if (reused.capacity() >= count) {
        return reused;
      }
      reused.close();
    }
    return new RowBuffer(Math.max(count, MIN_OUTPUT_ROWS), classes());
  }

  void giveBackOutput(RowBuffer output) {
    outputs.add(output);
  }

  private void unload() {
    model.close();
    explainer.ifPresent(Explainer::close);
    for (RowBuffer output = outputs.poll(); output != null; output = outputs.poll()) {
      output.close();
    }
  }

  /** Scores the first {@code count} maps. */
  void run(RowBuffer maps, int count, RowBuffer scores) throws OrtException {
    model.run(maps, count, scores);
  }

  /**
   * Runs once, so that no request pays for a first run.
   *
   * @throws ManifestException when the manifest says that the head takes pooled maps, and their
   *     scores differ from those of whole ones
   */
  public void warmUp() throws OrtException {
    try (RowBuffer map = new RowBuffer(1, shapeOf(mapShape));
        RowBuffer scores = new RowBuffer(1, classes())) {
      run(map, 1, scores);
    }
    if (manifest.takesPooledMaps()) {
      PoolingVerification.verify(this);
    }
  }

  /** Unloads it after its last use. */
  @Override
  public void close() {
    references.close();
  }

  static long[] shapeOf(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
