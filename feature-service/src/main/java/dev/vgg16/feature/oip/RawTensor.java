package dev.vgg16.feature.oip;

import com.google.protobuf.ByteString;
import dev.vgg16.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An output with its values as raw bytes.
 *
 * @param bytes little-endian, row-major; each element of BYTES after its length, 4 bytes
 */
record RawTensor(InferOutputTensor description, ByteString bytes) {

  static RawTensor floats(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return of(name, "FP32", ByteString.copyFrom(bytes), shape);
  }

  /**
   * @param bytes float32 little-endian
   */
  static RawTensor floats(String name, ByteString bytes, long... shape) {
    return of(name, "FP32", bytes, shape);
  }

  /**
   * @param bytes float32 little-endian; they become float16
   */
  static RawTensor halves(String name, ByteString bytes, long... shape) {
    return of(name, "FP16", Float16.of(bytes), shape);
  }

  static RawTensor texts(String name, List<String> values, long... shape) {
    ByteString.Output bytes = ByteString.newOutput();
    for (String value : values) {
      byte[] text = value.getBytes(StandardCharsets.UTF_8);
      byte[] length =
          ByteBuffer.allocate(Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(text.length)
              .array();
      bytes.write(length, 0, length.length);
      bytes.write(text, 0, text.length);
    }
    return of(name, "BYTES", bytes.toByteString(), shape);
  }

  private static RawTensor of(String name, String datatype, ByteString bytes, long... shape) {
    InferOutputTensor.Builder description =
        InferOutputTensor.newBuilder().setName(name).setDatatype(datatype);
    for (long size : shape) {
      description.addShape(size);
    }
    return new RawTensor(description.build(), bytes);
  }
}
