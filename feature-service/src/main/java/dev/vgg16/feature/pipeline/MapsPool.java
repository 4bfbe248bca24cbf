package dev.vgg16.feature.pipeline;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The buffers that feature maps are written to. A buffer is in use from the run until the heads
 * have answered. Their number bounds the batches in flight: when all are in use, the backbone
 * waits.
 */
final class MapsPool implements AutoCloseable {

  private final BlockingQueue<BatchMaps> free;

  MapsPool(int buffers, Supplier<BatchMaps> newBuffer) {
    free = new ArrayBlockingQueue<>(buffers);
    for (int i = 0; i < buffers; i++) {
      free.add(newBuffer.get());
    }
  }

  /** Waits for a free buffer. */
  BatchMaps take() throws InterruptedException {
    return free.take();
  }

  void giveBack(BatchMaps buffer) {
    free.add(buffer);
  }

  /** Frees the buffers that are not in use. */
  @Override
  public void close() {
    free.forEach(BatchMaps::close);
  }
}
