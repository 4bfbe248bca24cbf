package dev.vgg16.inference.onnx;

import ai.onnxruntime.OnnxJavaType;

/** What the numbers of a tensor are. */
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

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** ONNX Runtime's name of it. */
  OnnxJavaType ort() {
    return ort;
  }

  /** ONNX's number of it. */
  int onnx() {
    return onnx;
  }

  /** As on a command line and in messages: {@code float32}. */
  @Override
  public String toString() {
    return ort == OnnxJavaType.FLOAT ? "float32" : "float16";
  }
}
