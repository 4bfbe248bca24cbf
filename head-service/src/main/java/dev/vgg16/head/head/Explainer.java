package dev.vgg16.head.head;

import ai.onnxruntime.OrtException;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.serving.manifest.ManifestException;
import dev.vgg16.serving.manifest.ModelFile;
import dev.vgg16.serving.onnx.OnnxModel;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.serving.onnx.RowBuffer;
import dev.vgg16.serving.onnx.SessionSettings;
import java.io.IOException;
import java.util.List;

/**
 * Where a head sees each class: maps [n, height, width, channels] in, heat maps [n, classes,
 * height, width] out, each in [0, 1]. Thread-safe.
 *
 * <p>The graph is tried when its head is loaded, so that one that does not fit is known before
 * anybody asks, and is then let go until somebody does, since most heads are never explained and
 * each graph that is kept takes as much memory as its head.
 */
final class Explainer implements AutoCloseable {

  private final ModelFile file;
  private final List<Long> shape;

  // Guarded by this. Who waits for it asks for this head's explanation too.
  private OnnxModel model;
  private ServingException failure;

  private Explainer(ModelFile file, List<Long> shape) {
    this.file = file;
    this.shape = shape;
  }

  /**
   * Tries the graph on one map.
   *
   * @param file whose digest has been compared
   * @param map height, width and channels
   * @throws ManifestException when it does not explain such a head
   * @throws ModelLoadException when ONNX Runtime can't load it
   */
  static Explainer tried(ModelFile file, int classes, List<Long> map) {
    Explainer explainer = new Explainer(file, List.of((long) classes, map.get(0), map.get(1)));
    try (OnnxModel model = explainer.open();
        RowBuffer maps = new RowBuffer(1, Head.shapeOf(map))) {
      explainer.run(model, maps, 1).close();
      return explainer;
    } catch (OrtException e) {
      throw new ManifestException(
          "%s can't explain a map of %s: %s".formatted(file.path(), map, e.getMessage()));
    }
  }

  /**
   * The heat maps of the first {@code count} maps; the caller closes them.
   *
   * @throws ServingException {@code MISMATCH} when the graph is another by now, {@code UNAVAILABLE}
   *     when it can't be read
   */
  RowBuffer heatMaps(RowBuffer maps, int count) throws OrtException {
    return run(model(), maps, count);
  }

  private RowBuffer run(OnnxModel graph, RowBuffer maps, int count) throws OrtException {
    RowBuffer heat = new RowBuffer(count, Head.shapeOf(shape));
    try {
      graph.run(maps, count, heat);
      return heat;
    } catch (OrtException | RuntimeException e) {
      heat.close();
      throw e;
    }
  }

  /** A failure is remembered: with other files it is another head. */
  private synchronized OnnxModel model() {
    if (failure != null) {
      throw failure;
    }
    if (model == null) {
      model = reopen();
    }
    return model;
  }

  private OnnxModel reopen() {
    // That costs nothing, and its volume may come back with the same files.
    if (!file.exists()) {
      throw ServingException.unavailable(file.path() + " can't be read at the moment");
    }
    try {
      // Again, as it may have changed since it was tried.
      file.verify();
      return open();
    } catch (ManifestException | ModelLoadException e) {
      if (e.getCause() instanceof IOException) {
        throw ServingException.unavailable(e.getMessage());
      }
      failure = ServingException.mismatch(e.getMessage());
      throw failure;
    }
  }

  private OnnxModel open() {
    OnnxModel opened = OnnxModel.load(file.path(), SessionSettings.singleThread());
    if (!opened.outputRowShape().equals(shape)) {
      opened.close();
      throw new ManifestException(
          "%s: its output must be [N, classes, height, width], %s, and its rows are %s"
              .formatted(file.path(), shape, opened.outputRowShape()));
    }
    return opened;
  }

  /** Called once nobody uses the head. */
  @Override
  public synchronized void close() {
    if (model != null) {
      model.close();
    }
  }
}
