package dev.vgg16.inference.manifest;

import java.util.List;

/**
 * A layer of a model, as Keras's {@code summary()} shows it.
 *
 * @param name such as {@code block1_conv1}
 * @param type the Keras class, such as {@code Conv2D}
 * @param outputShape without the batch dimension
 * @param parameters weights and biases
 */
public record Layer(String name, String type, List<Integer> outputShape, long parameters) {
  public Layer {
    outputShape = List.copyOf(outputShape);
  }
}
