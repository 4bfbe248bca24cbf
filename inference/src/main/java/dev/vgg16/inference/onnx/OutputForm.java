package dev.vgg16.inference.onnx;

/**
 * A form of a model's output.
 *
 * @param type of its elements; float32 is rounded to the nearest float16, ties to even
 * @param pooled whether a row [height, width, channels] is averaged over height and width, to
 *     [channels]
 */
public record OutputForm(ElementType type, boolean pooled) {

  /** The output of the model file itself. */
  public static final OutputForm PLAIN = new OutputForm(ElementType.FLOAT32, false);

  /** The suffix of the output's name in this form. */
  String suffix() {
    return (pooled ? "_average" : "") + (type == ElementType.FLOAT32 ? "" : "_" + type);
  }
}
