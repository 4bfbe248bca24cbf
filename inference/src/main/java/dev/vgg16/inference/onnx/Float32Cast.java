package dev.vgg16.inference.onnx;

import ai.onnxruntime.OrtException;

/** Casts float16 maps [n, height, width, channels] to float32. Thread-safe. */
public final class Float32Cast implements AutoCloseable {

  private final OnnxModel model =
      new OnnxLoader("the cast to float32", SessionSettings.singleThread())
          .ofFloat16(Graphs.float32Cast().toByteArray());

  /** Casts the first {@code count} rows of {@code float16} into {@code float32}. */
  public void run(RowBuffer float16, int count, RowBuffer float32) throws OrtException {
    model.run(float16, count, float32);
  }

  @Override
  public void close() {
    model.close();
  }
}
