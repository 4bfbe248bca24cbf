package dev.vgg16.head.head;

import ai.onnxruntime.OrtException;
import dev.vgg16.serving.fault.ServingException;
import dev.vgg16.serving.manifest.ManifestException;
import dev.vgg16.serving.manifest.ModelFile;
import dev.vgg16.serving.onnx.OnnxModel;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.serving.onnx.RowBuffer;
import dev.vgg16.serving.onnx.SessionSettings;
import java.util.List;

/**
 * Where a head sees each class: maps [n, height, width, channels] in, heat maps [n, classes,
 * height, width] out, each in [0, 1]. The graph is loaded when it is first asked for, since most
 * heads never are. Thread-safe.
 */
final class Explainer implements AutoCloseable {

  private final HeadManifest head;
  private final ModelFile file;
  private final List<Long> cells;

  // Guarded by this.
  private OnnxModel model;

  /**
   * @param file as the manifest describes it
   * @param cells height and width of a map
   */
  Explainer(HeadManifest head, ModelFile file, List<Long> cells) {
    this.head = head;
    this.file = file;
    this.cells = cells;
  }

  /**
   * The heat maps of the first {@code count} maps; the caller closes them.
   *
   * @throws ServingException {@code MISMATCH} when the graph is not one that explains this head
   */
  RowBuffer heatMaps(RowBuffer maps, int count) throws OrtException {
    OnnxModel graph = model();
    RowBuffer heat = new RowBuffer(count, Head.shapeOf(shape()));
    try {
      graph.run(maps, count, heat);
      return heat;
    } catch (OrtException | RuntimeException e) {
      heat.close();
      throw e;
    }
  }

  private synchronized OnnxModel model() {
    if (model == null) {
      try {
        model = load();
      } catch (ManifestException | ModelLoadException e) {
        throw ServingException.mismatch(e.getMessage());
      }
    }
    return model;
  }

  private OnnxModel load() {
    // Again, as it may have changed since the head was loaded.
    file.verify();
    OnnxModel loaded = OnnxModel.load(file.path(), SessionSettings.singleThread());
    if (!loaded.outputRowShape().equals(shape())) {
      loaded.close();
      throw new ManifestException(
          "%s: its output must be [N, classes, height, width], %s, and its rows are %s"
              .formatted(file.path(), shape(), loaded.outputRowShape()));
    }
    return loaded;
  }

  private List<Long> shape() {
    return List.of((long) head.labels().size(), cells.get(0), cells.get(1));
  }

  /** Called once nobody uses the head. */
  @Override
  public synchronized void close() {
    if (model != null) {
      model.close();
    }
  }
}
