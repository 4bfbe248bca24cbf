package dev.vgg16.cli.summary;

import dev.vgg16.cli.output.Table;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.Layer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A backbone and a head as one model, as Keras's {@code Model.summary()} shows a transfer-learning
 * model: the frozen base as one row, then the head's layers.
 *
 * @param expanded whether to list the base's layers
 */
record ModelSummary(GetBackboneResponse backbone, Head head, boolean expanded) {

  @Override
  public String toString() {
    Table table = new Table("Layer (type)", "Output Shape", "Param #");
    if (expanded) {
      backbone.getLayersList().forEach(layer -> add(table, layer));
    } else {
      add(
          table,
          backbone.getName() + " (Functional)",
          backbone.getOutputShapeList(),
          backbone.getParameters());
    }
    head.getLayersList().forEach(layer -> add(table, layer));
    long trainable = head.getParameters();
    long frozen = backbone.getParameters();
    return table
        + "%nTotal params: %,d%nTrainable params: %,d%nNon-trainable params: %,d%n"
            .formatted(trainable + frozen, trainable, frozen);
  }

  private static void add(Table table, Layer layer) {
    add(
        table,
        "%s (%s)".formatted(layer.getName(), layer.getType()),
        layer.getOutputShapeList(),
        layer.getParameters());
  }

  private static void add(Table table, String name, List<Integer> shape, long parameters) {
    String dimensions = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
    table.add(name, "(None, " + dimensions + ")", "%,d".formatted(parameters));
  }
}
