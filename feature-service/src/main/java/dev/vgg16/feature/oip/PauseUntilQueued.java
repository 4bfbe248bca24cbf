package dev.vgg16.feature.oip;

import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.service.grpc.ItemStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pauses a stream from the first image of a request that waits for a place in the queue until all
 * of them have one. Thread-safe.
 */
final class PauseUntilQueued implements Caller.Throttle {

  private final ItemStream.Responder<?> stream;

  /** Images that wait, and the request until it is submitted. */
  private final AtomicInteger waiting = new AtomicInteger(1);

  PauseUntilQueued(ItemStream.Responder<?> stream) {
    this.stream = stream;
  }

  @Override
  public void pause() {
    waiting.incrementAndGet();
    stream.pause();
  }

  @Override
  public void resume() {
    submitted();
  }

  /** All images of the request were submitted. */
  void submitted() {
    if (waiting.decrementAndGet() == 0) {
      stream.resume();
    }
  }
}
