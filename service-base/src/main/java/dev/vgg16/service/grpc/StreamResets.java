package dev.vgg16.service.grpc;

import io.netty.handler.codec.http2.Http2Exception;

/**
 * Passes the action that resets a call's HTTP/2 stream to the call's tracer. gRPC creates the
 * tracer while it reads the call's headers, on the same thread, without a reference to the stream.
 * Thread-safe.
 */
final class StreamResets {

  @SuppressWarnings("ThreadLocalUsage") // One per server.
  private final ThreadLocal<Runnable> opening = new ThreadLocal<>();

  /** Reads a call's headers. */
  interface Opening {
    void run() throws Http2Exception;
  }

  /**
   * @param reset resets the stream that is being opened; called from any thread, at any time
   */
  void whileOpening(Runnable reset, Opening opening) throws Http2Exception {
    this.opening.set(reset);
    try {
      opening.run();
    } finally {
      this.opening.remove();
    }
  }

  /** Resets the stream that this thread is opening; without effect if there is none. */
  Runnable current() {
    Runnable reset = opening.get();
    return reset == null ? () -> {} : reset;
  }
}
