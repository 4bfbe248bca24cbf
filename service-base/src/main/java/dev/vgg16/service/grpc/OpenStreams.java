package dev.vgg16.service.grpc;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The open item streams of a server, so that it can drain them. Thread-safe. */
public final class OpenStreams {

  private static final String STOPPING =
      "the service is stopping: open a stream to another replica";
  private static final String OLD = "the stream has reached its maximum age: open a new one";

  /** A stream that can be drained. */
  interface Stream {
    /**
     * Accepts no more items and ends after those in flight. Does not block; idempotent.
     *
     * @param reason what the client is told
     */
    void drain(String reason);
  }

  private final StreamAge age;

  /** And when each is drained, by the clock of the age. */
  private final Map<Stream, Long> streams = new ConcurrentHashMap<>();

  private volatile boolean draining;

  /** Streams may have any age. */
  public OpenStreams() {
    this(StreamAge.UNLIMITED);
  }

  /** Streams are drained at this age, once a {@link StreamAgeCheck} looks. */
  public OpenStreams(StreamAge age) {
    this.age = age;
  }

  void add(Stream stream) {
    streams.put(stream, age.end());
    // Read after the put, so that drain() or this drains the stream.
    if (draining) {
      stream.drain(STOPPING);
    }
  }

  void remove(Stream stream) {
    streams.remove(stream);
  }

  void drain() {
    draining = true;
    streams.keySet().forEach(stream -> stream.drain(STOPPING));
  }

  /** Drains the streams that have reached their age. */
  void drainOld() {
    streams.forEach(
        (stream, end) -> {
          if (age.isOver(end)) {
            stream.drain(OLD);
          }
        });
  }

  /** The number of open streams. */
  public int count() {
    return streams.size();
  }
}
