package dev.vgg16.feature.pipeline;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The buffers that feature maps are written to. A buffer is out from the run until the heads have
 * answered; as there are only so many, this bounds what is under way to them: when all are out, the
 * backbone waits.
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

  /** Ends the buffers that are not out. */
  @Override
  public void close() {
    free.forEach(BatchMaps::close);
  }
}
