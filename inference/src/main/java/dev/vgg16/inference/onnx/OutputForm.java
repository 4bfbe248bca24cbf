package dev.vgg16.inference.onnx;

/**
 * A form that a model's output can be had in.
 *
 * @param type of its numbers; float32 is rounded to the nearest float16, of two to the even one
 * @param pooled whether a row [height, width, channels] is averaged over height and width, to
 *     [channels]
 */
public record OutputForm(ElementType type, boolean pooled) {

  /** As the model's file gives it. */
  public static final OutputForm PLAIN = new OutputForm(ElementType.FLOAT32, false);

  /** What the name of the output in this form ends with. */
  String suffix() {
    return (pooled ? "_average" : "") + (type == ElementType.FLOAT32 ? "" : "_" + type);
  }
}
