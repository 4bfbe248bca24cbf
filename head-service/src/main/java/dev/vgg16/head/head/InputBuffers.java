package dev.vgg16.head.head;

import com.google.protobuf.ByteString;
import dev.vgg16.serving.onnx.RowBuffer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The native memory that maps are copied to before a run, reused from request to request. There are
 * as many buffers as requests were ever scored at once. Thread-safe.
 */
final class InputBuffers {

  private final int maxBatch;
  private final Map<List<Long>, Queue<RowBuffer>> free = new ConcurrentHashMap<>();

  InputBuffers(int maxBatch) {
    this.maxBatch = maxBatch;
  }

  /** A buffer for the maps of one request; the caller closes it, which gives it back. */
  Lease lease(MapBatch batch) {
    return new Lease(batch);
  }

  /** Fills a buffer with what a head asks for. Used by one thread. */
  final class Lease implements AutoCloseable {
    private final MapBatch batch;
    private List<Long> shape = List.of();
    private int[] maps = {};
    private RowBuffer buffer;

    private Lease(MapBatch batch) {
      this.batch = batch;
    }

    /** The named maps, in this order. Copies nothing when the last call asked for the same. */
    RowBuffer fill(Head head, int[] wanted) {
      if (!head.mapShape().equals(shape)) {
        close();
        shape = head.mapShape();
        RowBuffer reused = queue(shape).poll();
        buffer = reused == null ? new RowBuffer(maxBatch, Head.shapeOf(shape)) : reused;
      } else if (java.util.Arrays.equals(wanted, maps)) {
        return buffer;
      }
      maps = wanted.clone();
      copy(wanted);
      return buffer;
    }

    private void copy(int[] wanted) {
      if (wanted.length == batch.count()) {
        // All of them, and so in their own order.
        batch.data().copyTo(buffer.rows(0, batch.count()));
        return;
      }
      for (int row = 0; row < wanted.length; row++) {
        ByteString map = batch.map(wanted[row]);
        map.copyTo(buffer.row(row));
      }
    }

    @Override
    public void close() {
      if (buffer != null) {
        queue(shape).add(buffer);
        buffer = null;
      }
    }
  }

  private Queue<RowBuffer> queue(List<Long> shape) {
    return free.computeIfAbsent(shape, unused -> new ConcurrentLinkedQueue<>());
  }
}
