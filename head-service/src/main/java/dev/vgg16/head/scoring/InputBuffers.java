package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.RowBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that maps are copied to before a run, reused by later requests. There are as many
 * buffers as requests were ever scored at the same time. Thread-safe.
 */
final class InputBuffers {

  private final int maxBatch;
  private final Cast cast;
  private final Map<Rows, Queue<RowBuffer>> free = new ConcurrentHashMap<>();

  /** Buffers of the same rows are interchangeable. */
  private record Rows(ElementType type, List<Long> shape) {}

  /** Converts the first rows from float16 to float32. */
  interface Cast {
    void run(RowBuffer float16, int count, RowBuffer float32) throws OrtException;
  }

  InputBuffers(int maxBatch, Cast cast) {
    this.maxBatch = maxBatch;
    this.cast = cast;
  }

  /** A buffer for the maps of one request; the caller closes it, which gives it back. */
  Lease lease(MapBatch batch) {
    return new Lease(batch);
  }

  /** Fills a buffer with what a head asks for. Used by one thread. */
  final class Lease implements AutoCloseable {
    private final MapBatch batch;
    // What the buffers hold; set after they are filled, so that a failure leaves nothing behind.
    private List<Long> shape = List.of();
    private int[] maps = {};
    private @Nullable RowBuffer buffer;
    // For maps that came as float16: all of them, as float32.
    private @Nullable RowBuffer whole;

    private Lease(MapBatch batch) {
      this.batch = batch;
    }

    /**
     * The named maps as float32, in this order. Copies nothing when the last call asked for the
     * same; casts once, whatever the number of calls.
     */
    RowBuffer fill(Head head, int[] wanted) throws OrtException {
      List<Long> wantedShape = batch.rowShape(head);
      if (!wantedShape.equals(shape)) {
        close();
        whole = batch.form().type() == ElementType.FLOAT16 ? castAll(wantedShape) : null;
        shape = wantedShape;
      }
      if (whole != null && wanted.length == batch.count()) {
        return whole;
      }
      if (buffer == null) {
        buffer = take(ElementType.FLOAT32, shape);
      }
      if (!Arrays.equals(wanted, maps)) {
        maps = new int[0];
        copy(wanted, buffer);
        maps = wanted.clone();
      }
      return buffer;
    }

    private RowBuffer castAll(List<Long> shape) throws OrtException {
      RowBuffer float16 = take(ElementType.FLOAT16, shape);
      try {
        batch.data().copyTo(float16.rows(0, batch.count()), 0);
        return castOf(float16, shape);
      } finally {
        giveBack(ElementType.FLOAT16, shape, float16);
      }
    }

    private RowBuffer castOf(RowBuffer float16, List<Long> shape) throws OrtException {
      RowBuffer float32 = take(ElementType.FLOAT32, shape);
      try {
        cast.run(float16, batch.count(), float32);
        return float32;
      } catch (Throwable e) {
        giveBack(ElementType.FLOAT32, shape, float32);
        throw e;
      }
    }

    private void copy(int[] wanted, RowBuffer target) {
      MapBytes data =
          whole == null ? batch.data() : MapBytes.of(List.of(whole.rows(0, batch.count())));
      if (wanted.length == batch.count()) {
        // All of them, and so in their own order.
        data.copyTo(target.rows(0, batch.count()), 0);
        return;
      }
      int size = target.rowBytes();
      for (int row = 0; row < wanted.length; row++) {
        data.copyTo(target.row(row), wanted[row] * size);
      }
    }

    @Override
    public void close() {
      if (buffer != null) {
        giveBack(ElementType.FLOAT32, shape, buffer);
        buffer = null;
      }
      if (whole != null) {
        giveBack(ElementType.FLOAT32, shape, whole);
        whole = null;
      }
      shape = List.of();
      maps = new int[0];
    }
  }

  private RowBuffer take(ElementType type, List<Long> shape) {
    RowBuffer reused = queue(type, shape).poll();
    return reused == null ? new RowBuffer(type, maxBatch, Head.shapeOf(shape)) : reused;
  }

  private void giveBack(ElementType type, List<Long> shape, RowBuffer buffer) {
    queue(type, shape).add(buffer);
  }

  private Queue<RowBuffer> queue(ElementType type, List<Long> shape) {
    return free.computeIfAbsent(new Rows(type, shape), unused -> new ConcurrentLinkedQueue<>());
  }
}
