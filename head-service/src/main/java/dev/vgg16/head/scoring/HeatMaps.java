package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.HeatMap;
import java.nio.FloatBuffer;
import java.util.List;

/** The heat maps of a batch, of all classes, of which a request asks for one a map. */
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
   * Whether a head can explain what is asked for.
   *
   * @throws ServingException {@code MISMATCH} when it can't, or not these maps; {@code
   *     INVALID_INPUT} when it has no such class
   */
  static void check(Head head, MapBatch batch, Explain explain) {
    HeadManifest manifest = head.manifest();
    if (head.explainer().isEmpty()) {
      throw ServingException.mismatch(
          "the head %s can't be explained: its head.json lacks explain, the graph for it; `vgg16-models train` and `vgg16-models explain` write them"
              .formatted(manifest.id()));
    }
    if (batch.form().pooled()) {
      throw ServingException.mismatch(
          Reason.WHOLE_MAPS_NEEDED,
          "the head %s needs whole maps of %s to tell where it sees a class, and these are pooled"
              .formatted(manifest.id(), head.mapShape()));
    }
    String label = explain.getLabel();
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
   * Of one map and one class.
   *
   * @param best the label of the class that is taken when none is named
   */
  HeatMap of(int row, Explain explain, String best) {
    String label = explain.getLabel().isEmpty() ? best : explain.getLabel();
    List<Long> map = head.mapShape();
    int cells = Math.toIntExact(map.get(0) * map.get(1));
    int start = head.manifest().labels().indexOf(label) * cells;
    HeatMap.Builder message =
        HeatMap.newBuilder()
            .setHeight(map.get(0).intValue())
            .setWidth(map.get(1).intValue())
            .setLabel(label);
    FloatBuffer values = heat.row(row).asFloatBuffer();
    for (int cell = 0; cell < cells; cell++) {
      message.addValues(values.get(start + cell));
    }
    return message.build();
  }

  @Override
  public void close() {
    heat.close();
  }
}
