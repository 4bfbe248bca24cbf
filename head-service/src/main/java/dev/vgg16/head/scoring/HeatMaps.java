package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import java.util.List;

/** The heat maps of a batch for all classes, of which a request asks for one a map. */
final class HeatMaps implements AutoCloseable {

  private static final int MAX_LISTED = 20;

  private final Head head;
  private final RowBuffer heat;

  private HeatMaps(Head head, RowBuffer heat) {
    this.head = head;
    this.heat = heat;
  }

  /** Those of the first {@code count} maps, which are whole. */
  static HeatMaps of(Head head, RowBuffer maps, int count) throws OrtException {
    return new HeatMaps(head, head.explainer().orElseThrow().heatMaps(maps, count));
  }

  /**
   * Checks that a head can explain what is asked for.
   *
   * @param label of the class; "" for the best one
   * @throws ServingException {@code MISMATCH} when it can't, or not these maps; {@code
   *     INVALID_INPUT} when it has no such class
   */
  static void check(Head head, MapBatch batch, String label) {
    HeadManifest manifest = head.manifest();
    if (head.explainer().isEmpty()) {
      throw ServingException.mismatch(
          "the head %s can't be explained: its head.json lacks explain, the model for it; `vgg16-models train` and `vgg16-models explain` write them"
              .formatted(manifest.id()));
    }
    if (batch.form().pooled()) {
      throw ServingException.mismatch(
          Reason.WHOLE_MAPS_NEEDED,
          "the head %s needs whole maps of %s to tell where it sees a class, and these are pooled"
              .formatted(manifest.id(), head.mapShape()));
    }
    List<String> labels = manifest.labels();
    if (!label.isEmpty() && !labels.contains(label)) {
      throw ServingException.invalidInput(
          "explain.label",
          "is no class of the head %s; its classes are %s%s"
              .formatted(
                  manifest.id(),
                  String.join(", ", labels.subList(0, Math.min(labels.size(), MAX_LISTED))),
                  labels.size() > MAX_LISTED ? ", ..." : ""));
    }
  }

  /**
   * The heat map of one map and one class.
   *
   * @param label of the class; "" for the best one
   * @param best the index of the best class
   */
  HeatMap of(int row, String label, int best) {
    List<String> labels = head.manifest().labels();
    int index = label.isEmpty() ? best : labels.indexOf(label);
    int height = head.mapShape().get(0).intValue();
    int width = head.mapShape().get(1).intValue();
    return new HeatMap(
        labels.get(index), height, width, heat.row(row).asFloatBuffer(), index * height * width);
  }

  @Override
  public void close() {
    heat.close();
  }
}
