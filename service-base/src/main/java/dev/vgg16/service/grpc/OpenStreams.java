package dev.vgg16.service.grpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The open item streams of a server, so that it can drain them. Thread-safe. */
public final class OpenStreams {

  /** A stream that can be drained. */
  interface Stream {
    /** Accepts no more items and ends after those in flight. Does not block; idempotent. */
    void drain();
  }

  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  void add(Stream stream) {
    streams.add(stream);
    // Read after the add, so that drain() or this drains the stream.
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

  /** The number of open streams. */
  public int count() {
    return streams.size();
  }
}
