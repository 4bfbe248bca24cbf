package dev.vgg16.inference.onnx;

import ai.onnxruntime.OnnxJavaType;

/** The element type of a tensor. */
public enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT32(Float.BYTES, OnnxJavaType.FLOAT, 1),
  /** IEEE 754 binary16. */
  FLOAT16(Short.BYTES, OnnxJavaType.FLOAT16, 10);

  private final int bytes;
  private final OnnxJavaType ort;
  private final int onnx;

  ElementType(int bytes, OnnxJavaType ort, int onnx) {
    this.bytes = bytes;
    this.ort = ort;
    this.onnx = onnx;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** ONNX Runtime's constant for it. */
  OnnxJavaType ort() {
    return ort;
  }

  /** Its number in ONNX's TensorProto.DataType. */
  int onnx() {
    return onnx;
  }

  /** As in options and messages, such as {@code float32}. */
  @Override
  public String toString() {
    return ort == OnnxJavaType.FLOAT ? "float32" : "float16";
  }
}
