package dev.vgg16.feature.relay;

import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import java.util.Set;

/**
 * The form of the maps that are sent to the heads.
 *
 * @param type of the numbers
 * @param pooledMaps whether maps are pooled for heads that accept that
 */
public record WireOptions(ElementType type, boolean pooledMaps) {

  /** Whole maps of float32. */
  public static final WireOptions DEFAULT = new WireOptions(ElementType.FLOAT32, false);

  /** The form that every head accepts. */
  public OutputForm whole() {
    return new OutputForm(type, false);
  }

  /** The form for heads that begin with global average pooling. */
  public OutputForm pooled() {
    return new OutputForm(type, true);
  }

  /** Every form that may be sent. */
  public Set<OutputForm> forms() {
    return pooledMaps ? Set.of(whole(), pooled()) : Set.of(whole());
  }
}
