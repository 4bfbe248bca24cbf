package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.errors.ServingException;
import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of a call's messages from their first byte until they are parsed. gRPC returns
 * them to the sender's flow-control window as soon as they arrive, so flow control does not bound
 * them.
 *
 * <p>When there is no room for them, this call or another one that {@link UnfinishedMessages}
 * selects ends with RESOURCE_EXHAUSTED, and the memory of its unfinished message is released at
 * once: gRPC treats an exception of {@link #inboundWireSize} like a message over the size limit.
 * Thread-safe.
 */
final class InboundCall extends ServerStreamTracer {

  /** The least that the part of a message in a frame counts, for its overhead. */
  static final int MIN_PIECE = 512;

  private static final Context.Key<InboundCall> KEY = Context.key("inbound call");

  /** Stalled calls are terminated by then. */
  private static final Duration RETRY_AFTER = UnfinishedMessages.STALL;

  private final UnfinishedMessages others;
  private final Runnable reset;

  /** Set before the call requests a message, and so before its first bytes. */
  private volatile @Nullable Connection connection;

  private volatile @Nullable LongLivedCall<?, ?> served;

  /** The bytes of each message that is complete and not parsed, the oldest first. */
  @GuardedBy("this")
  private final ArrayDeque<Long> complete = new ArrayDeque<>(1);

  /** The bytes of the incomplete message. */
  @GuardedBy("this")
  private long unfinished;

  /** When {@link UnfinishedMessages#PROGRESS_BYTES} were last complete, and the bytes since. */
  @GuardedBy("this")
  private long progressed;

  @GuardedBy("this")
  private long sinceProgress;

  /** No more bytes are received or counted. */
  @GuardedBy("this")
  private boolean closed;

  /**
   * @param reset resets the call's stream, if it has not ended
   */
  InboundCall(UnfinishedMessages others, Runnable reset) {
    this.others = others;
    this.reset = reset;
  }

  /** That of the current call; empty if its server does not count. */
  static Optional<InboundCall> current() {
    return Optional.ofNullable(KEY.get());
  }

  /** The call's connection; empty while it is not known. */
  Optional<Connection> connection() {
    return Optional.ofNullable(connection);
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  @Override
  public void serverCallStarted(ServerCallInfo<?, ?> call) {
    connection = call.getAttributes().get(Connection.KEY);
    if (connection != null) {
      others.add(this);
    }
  }

  /** Sets the call to end when others need the memory. */
  void servedBy(LongLivedCall<?, ?> call) {
    served = call;
  }

  @Override
  public void inboundWireSize(long bytes) {
    if (connection != null && !count(bytes) && !others.makeRoom(this)) {
      // With details, which gRPC would drop from the exception.
      terminate();
      throw noRoom();
    }
  }

  /** Counts received bytes; returns whether there is room. */
  private synchronized boolean count(long bytes) {
    if (closed) {
      return true;
    }
    sinceProgress += bytes;
    if (unfinished == 0 || sinceProgress >= UnfinishedMessages.PROGRESS_BYTES) {
      progressed = others.now();
      sinceProgress = 0;
    }
    long counted = Math.max(bytes, MIN_PIECE);
    unfinished += counted;
    return requireConnection().receiving().add(counted);
  }

  @Override
  public synchronized void inboundMessageRead(int number, long wireSize, long size) {
    if (connection != null && !closed) {
      complete.add(unfinished);
      unfinished = 0;
    }
  }

  /** The oldest complete message is parsed; releases its bytes. */
  synchronized void parsed() {
    Long bytes = complete.poll();
    if (bytes != null) {
      requireConnection().receiving().release(bytes);
    }
  }

  /** The service gets no more messages; releases those that are not parsed. */
  synchronized void released() {
    while (!complete.isEmpty()) {
      parsed();
    }
  }

  /** Complete messages may still wait for the service, and count until then. */
  @Override
  public void streamClosed(Status status) {
    others.remove(this);
    var unused = drop();
  }

  /** Ends the call and releases its unfinished message. */
  void terminate() {
    others.remove(this);
    if (drop()) {
      if (served != null) {
        served.end(noRoom());
      }
      // When the end waits behind an unread response, gRPC would keep the message.
      reset.run();
    }
  }

  private static StatusRuntimeException noRoom() {
    return Statuses.toException(
        ServingException.overloaded(
            "too many bytes of unfinished messages are in memory: send fewer large messages at a"
                + " time, and each without pauses",
            RETRY_AFTER));
  }

  /** Stops counting and releases the unfinished message; returns false if that was done before. */
  private synchronized boolean drop() {
    if (closed || connection == null) {
      return false;
    }
    closed = true;
    connection.receiving().release(unfinished);
    unfinished = 0;
    return true;
  }

  /** Whatever counts bytes is called once there is one. */
  private Connection requireConnection() {
    return Objects.requireNonNull(connection);
  }

  boolean hasRoom() {
    return requireConnection().receiving().hasRoomFor(0);
  }

  boolean isOnConnectionOf(InboundCall other) {
    return requireConnection().equals(other.connection);
  }

  long heldByConnection() {
    return requireConnection().receiving().held();
  }

  synchronized long unfinished() {
    return unfinished;
  }

  /** When it last made progress, by {@link UnfinishedMessages#now}. */
  synchronized long progressed() {
    return progressed;
  }
}
