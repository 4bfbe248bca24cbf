package dev.vgg16.service.grpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The long-lived streams of a server, so that it can ask them to end. Thread-safe. */
public final class OpenStreams {

  /** A stream that can be asked to end. */
  interface Stream {
    /** Takes no more, answers what was taken, then ends. Returns at once; may be called again. */
    void drain();
  }

  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  void add(Stream stream) {
    streams.add(stream);
    // Read after the add, so that a stream is never missed by both.
    if (draining) {
      stream.drain();
    }
  }

  void remove(Stream stream) {
    streams.remove(stream);
  }

  void drain() {
    draining = true;
    streams.forEach(Stream::drain);
  }

  /** How many are open. */
  public int count() {
    return streams.size();
  }
}
