package dev.vgg16.head.head;

import ai.onnxruntime.OrtException;
import dev.vgg16.serving.manifest.ManifestException;
import dev.vgg16.serving.manifest.ModelFile;
import dev.vgg16.serving.onnx.OnnxModel;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.serving.onnx.RowBuffer;
import dev.vgg16.serving.onnx.SessionSettings;
import java.util.List;

/**
 * Where a head sees each class: maps [n, height, width, channels] in, heat maps [n, classes,
 * height, width] out, each in [0, 1]. Thread-safe.
 *
 * <p>It is loaded with its head, so that no request waits for a file, and a graph that does not fit
 * is known before anybody asks.
 */
final class Explainer implements AutoCloseable {

  private final OnnxModel model;
  private final long[] shape;

  private Explainer(OnnxModel model, long[] shape) {
    this.model = model;
    this.shape = shape;
  }

  /**
   * Loads the graph and tries it on one map.
   *
   * @param file whose digest has been compared
   * @param map height, width and channels
   * @throws ManifestException when it does not explain such a head
   * @throws ModelLoadException when ONNX Runtime can't load it
   */
  static Explainer load(ModelFile file, int classes, List<Long> map) {
    List<Long> shape = List.of((long) classes, map.get(0), map.get(1));
    OnnxModel model = OnnxModel.load(file.path(), SessionSettings.singleThread());
    Explainer explainer = new Explainer(model, Head.shapeOf(shape));
    try {
      if (!model.outputRowShape().equals(shape)) {
        throw new ManifestException(
            "%s: its output must be [N, classes, height, width], %s, and its rows are %s"
                .formatted(file.path(), shape, model.outputRowShape()));
      }
      explainer.tryOn(map);
      return explainer;
    } catch (OrtException e) {
      explainer.close();
      throw new ManifestException(
          "%s can't explain a map of %s: %s".formatted(file.path(), map, e.getMessage()));
    } catch (RuntimeException e) {
      explainer.close();
      throw e;
    }
  }

  private void tryOn(List<Long> map) throws OrtException {
    try (RowBuffer maps = new RowBuffer(1, Head.shapeOf(map))) {
      heatMaps(maps, 1).close();
    }
  }

  /** The heat maps of the first {@code count} maps; the caller closes them. */
  RowBuffer heatMaps(RowBuffer maps, int count) throws OrtException {
    RowBuffer heat = new RowBuffer(count, shape);
    try {
      model.run(maps, count, heat);
      return heat;
    } catch (OrtException | RuntimeException e) {
      heat.close();
      throw e;
    }
  }

  /** Called once nobody uses the head. */
  @Override
  public void close() {
    model.close();
  }
}
