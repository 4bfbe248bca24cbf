package dev.vgg16.inference.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of numbers in native memory, and tensors over its first 1, 2, ... rows. A model reads its
 * input from one and writes its output into another without a copy.
 *
 * <p>Not thread-safe, except that different rows may be written by different threads. Closing it
 * closes its tensors; the memory is freed with the last buffer that refers to it.
 */
public final class RowBuffer implements AutoCloseable {

  private final ElementType type;
  private final long[] rowShape;
  private final int rowBytes;
  private final ByteBuffer bytes;
  private final @Nullable OnnxTensor[] tensors;

  /** A buffer of float32 rows. */
  public RowBuffer(int capacity, long... rowShape) {
    this(ElementType.FLOAT32, capacity, rowShape);
  }

  /**
   * @param capacity the most rows
   * @param rowShape the shape of one row, such as 5, 5, 512
   */
  public RowBuffer(ElementType type, int capacity, long... rowShape) {
    if (Arrays.stream(rowShape).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException("a row can't have the shape " + Arrays.toString(rowShape));
    }
    this.type = type;
    this.rowShape = rowShape.clone();
    long rowSize = Arrays.stream(rowShape).reduce(type.bytes(), Math::multiplyExact);
    this.rowBytes = Math.toIntExact(rowSize);
    this.bytes = ByteBuffer.allocateDirect(Math.multiplyExact(rowBytes, capacity));
    this.tensors = new OnnxTensor[capacity];
  }

  public int capacity() {
    return tensors.length;
  }

  /** Bytes of one row. */
  public int rowBytes() {
    return rowBytes;
  }

  /** A view of one row's bytes, in native order. */
  public ByteBuffer row(int index) {
    return rows(index, 1);
  }

  /** A view of {@code count} rows' bytes from row {@code start}, in native order. */
  public ByteBuffer rows(int start, int count) {
    // Before the multiplication, which could overflow.
    Objects.checkFromIndexSize(start, count, capacity());
    // A slice is big-endian, which ONNX Runtime accepts and computes wrong results from.
    return bytes.slice(start * rowBytes, count * rowBytes).order(ByteOrder.nativeOrder());
  }

  /** Copies one row over another. */
  public void move(int from, int to) {
    row(to).put(row(from));
  }

  /** A view of the first {@code count} rows of a float32 buffer. */
  public FloatBuffer floats(int count) {
    return rows(0, count).asFloatBuffer();
  }

  /** The tensor [count, ...row shape] over the first rows; owned by this buffer. */
  OnnxTensor first(int count) throws OrtException {
    // Not left to the array access: the JVM omits the message of exceptions in hot code.
    if (count < 1 || count > capacity()) {
      throw new IndexOutOfBoundsException(
          "the number of rows must be 1 to %2$d, not %1$d".formatted(count, capacity()));
    }
    OnnxTensor tensor = tensors[count - 1];
    if (tensor == null) {
      tensor =
          OnnxTensor.createTensor(
              OrtEnvironment.getEnvironment(), rows(0, count), shape(count), type.ort());
      tensors[count - 1] = tensor;
    }
    return tensor;
  }

  private long[] shape(int count) {
    long[] shape = new long[rowShape.length + 1];
    shape[0] = count;
    System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
    return shape;
  }

  @Override
  public void close() {
    for (int i = 0; i < tensors.length; i++) {
      if (tensors[i] != null) {
        tensors[i].close();
        tensors[i] = null;
      }
    }
  }
}
