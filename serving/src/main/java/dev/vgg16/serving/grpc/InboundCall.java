package dev.vgg16.serving.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * What one call holds of messages that are being received: from a message's first byte until it is
 * parsed. gRPC acknowledges these bytes to the sender as soon as they come, so flow control does
 * not bound them.
 *
 * <p>When the call's connection has too much, the call ends with RESOURCE_EXHAUSTED and its memory
 * is free at once: what {@link #inboundWireSize} throws, gRPC treats like a message over the size
 * limit. Thread-safe.
 */
final class InboundCall extends ServerStreamTracer {

  /**
   * What each piece counts at least. A piece keeps the whole buffer in memory that it was read
   * into, also where the rest of that buffer is something else; see {@link InboundMessages}.
   */
  static final int MIN_PIECE = 16 << 10;

  private static final Context.Key<InboundCall> KEY = Context.key("inbound call");

  @GuardedBy("this")
  private Connection connection;

  /** What each message counts that is complete and not parsed, the oldest first. */
  @GuardedBy("this")
  private final ArrayDeque<Long> complete = new ArrayDeque<>(1);

  @GuardedBy("this")
  private long unfinished;

  @GuardedBy("this")
  private boolean closed;

  /** The one of the call that is served now; empty where a server does not count. */
  static Optional<InboundCall> current() {
    return Optional.ofNullable(KEY.get());
  }

  /** The connection that the call came by; empty while that is not known. */
  synchronized Optional<Connection> connection() {
    return Optional.ofNullable(connection);
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  /** Comes before the service asks for a message, and so before any of its bytes is taken. */
  @Override
  public synchronized void serverCallStarted(ServerCallInfo<?, ?> call) {
    connection = call.getAttributes().get(Connection.KEY);
  }

  @Override
  public synchronized void inboundWireSize(long bytes) {
    if (connection == null || closed) {
      return;
    }
    long counted = Math.max(bytes, MIN_PIECE);
    unfinished += counted;
    if (!connection.receiving().add(counted)) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "this connection has more bytes of unfinished messages than there is room for: send"
                  + " fewer large messages at a time")
          .asRuntimeException();
    }
  }

  @Override
  public synchronized void inboundMessageRead(int number, long wireSize, long size) {
    if (connection != null && !closed) {
      complete.add(unfinished);
      unfinished = 0;
    }
  }

  /** The oldest complete message is parsed, and its bytes are free. */
  synchronized void parsed() {
    Long bytes = complete.poll();
    if (bytes != null) {
      connection.receiving().giveBack(bytes);
    }
  }

  @Override
  public synchronized void streamClosed(Status status) {
    closed = true;
    if (connection != null) {
      long held = unfinished + complete.stream().mapToLong(Long::longValue).sum();
      connection.receiving().giveBack(held);
    }
    unfinished = 0;
    complete.clear();
  }
}
