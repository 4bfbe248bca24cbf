package dev.vgg16.feature.relay;

import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import java.util.Set;

/**
 * What travels to the heads.
 *
 * @param type of the numbers
 * @param pooledMaps whether maps go pooled where the heads asked for take them so
 */
public record WireOptions(ElementType type, boolean pooledMaps) {

  /** Whole maps of float32. */
  public static final WireOptions DEFAULT = new WireOptions(ElementType.FLOAT32, false);

  /** The form that every head takes. */
  public OutputForm whole() {
    return new OutputForm(type, false);
  }

  /** The form for heads that begin with global average pooling. */
  public OutputForm pooled() {
    return new OutputForm(type, true);
  }

  /** Every form that may travel. */
  public Set<OutputForm> forms() {
    return pooledMaps ? Set.of(whole(), pooled()) : Set.of(whole());
  }
}
