package dev.vgg16.service.grpc;

import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;

/**
 * Tells gRPC's tracer of a call how the call's HTTP/2 stream is reset. gRPC makes the tracer while
 * it reads the call's headers, on the same thread, and tells it nothing of the stream. Thread-safe.
 */
final class StreamResets {

  @SuppressWarnings("ThreadLocalUsage") // One for each server, of which a process has few.
  private final ThreadLocal<Runnable> opening = new ThreadLocal<>();

  /** Reads a call's headers. */
  interface Opening {
    void run() throws Http2Exception;
  }

  /**
   * @param reset resets the stream that is opened; may be called by any thread, at any time
   */
  void whileOpening(Runnable reset, Opening opening) throws Http2Exception {
    this.opening.set(reset);
    try {
      opening.run();
    } finally {
      this.opening.remove();
    }
  }

  /** Resets the stream that this thread opens now; without effect if it opens none. */
  Runnable current() {
    Runnable reset = opening.get();
    return reset == null ? () -> {} : reset;
  }
}
