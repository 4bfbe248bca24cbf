package dev.vgg16.feature.pipeline;

import dev.vgg16.serving.onnx.RowBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The buffers that feature maps are written to. A buffer is out from the run until the heads have
 * answered; as there are only so many, this bounds what is under way to them: when all are out, the
 * backbone waits.
 */
final class MapsPool implements AutoCloseable {

  private final BlockingQueue<RowBuffer> free;

  MapsPool(int buffers, Supplier<RowBuffer> newBuffer) {
    free = new ArrayBlockingQueue<>(buffers);
    for (int i = 0; i < buffers; i++) {
      free.add(newBuffer.get());
    }
  }

  /** Waits for a free buffer. */
  RowBuffer take() throws InterruptedException {
    return free.take();
  }

  void giveBack(RowBuffer buffer) {
    free.add(buffer);
  }

  /** Ends the buffers that are not out. */
  @Override
  public void close() {
    free.forEach(RowBuffer::close);
  }
}
