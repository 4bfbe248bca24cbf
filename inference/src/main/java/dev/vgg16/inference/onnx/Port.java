package dev.vgg16.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.TensorInfo;
import com.google.common.primitives.Longs;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import java.util.Arrays;
import java.util.List;

/**
 * An input or an output of a model.
 *
 * @param name as in the ONNX file
 * @param shape including the batch dimension; -1 for a dimension that the model leaves open
 */
record Port(String name, List<Long> shape) {

  /**
   * @param model the model's name in errors
   * @param side "input" or "output"
   * @throws ModelLoadException when it is not a tensor of this type with a batch dimension and more
   */
  static Port of(String model, String side, NodeInfo info, ElementType type) {
    if (!(info.getInfo() instanceof TensorInfo tensor) || tensor.type != type.ort()) {
      throw new ModelLoadException(
          "%s: the %s `%s` must be a %s tensor, and is %s"
              .formatted(model, side, info.getName(), type, info.getInfo()),
          null);
    }
    long[] shape = tensor.getShape();
    if (shape.length < 2) {
      throw new ModelLoadException(
          "%s: the %s `%s` must have a batch dimension and more, and is %s"
              .formatted(model, side, info.getName(), Arrays.toString(shape)),
          null);
    }
    return new Port(info.getName(), List.copyOf(Longs.asList(shape)));
  }

  /** The shape of one row. */
  List<Long> rowShape() {
    return shape.subList(1, shape.size());
  }

  boolean hasOpenBatch() {
    return shape.get(0) == -1;
  }
}
