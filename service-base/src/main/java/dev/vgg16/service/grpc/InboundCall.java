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
 * What one call holds of messages that are being received: from a message's first byte until it is
 * parsed. gRPC acknowledges these bytes to the sender as soon as they come, so flow control does
 * not bound them.
 *
 * <p>When there is no room for them, a call ends with RESOURCE_EXHAUSTED, this one or another that
 * {@link UnfinishedMessages} finds, and the memory of its unfinished message is free at once: what
 * {@link #inboundWireSize} throws, gRPC treats like a message over the size limit. Thread-safe.
 */
final class InboundCall extends ServerStreamTracer {

  /** What each frame's piece of a message counts at least, for the objects that refer to it. */
  static final int MIN_PIECE = 512;

  private static final Context.Key<InboundCall> KEY = Context.key("inbound call");

  /** Whoever sends has the room again soon; what stalls is cut off after as long. */
  private static final Duration RETRY_AFTER = UnfinishedMessages.STALL;

  private final UnfinishedMessages others;
  private final Runnable reset;

  /** Set before the call asks for a message, and so before any of its bytes is taken. */
  private volatile @Nullable Connection connection;

  private volatile @Nullable LongLivedCall<?, ?> served;

  /** What each message counts that is complete and not parsed, the oldest first. */
  @GuardedBy("this")
  private final ArrayDeque<Long> complete = new ArrayDeque<>(1);

  /** What the message counts that is not complete. */
  @GuardedBy("this")
  private long unfinished;

  /** When the last of {@link UnfinishedMessages#PROGRESS_BYTES} came, and what has come since. */
  @GuardedBy("this")
  private long progressed;

  @GuardedBy("this")
  private long sinceProgress;

  /** Nothing more comes, or what comes is dropped. */
  @GuardedBy("this")
  private boolean closed;

  /**
   * @param reset ends the call's stream at once, if it has not ended
   */
  InboundCall(UnfinishedMessages others, Runnable reset) {
    this.others = others;
    this.reset = reset;
  }

  /** The one of the call that is served now; empty where a server does not count. */
  static Optional<InboundCall> current() {
    return Optional.ofNullable(KEY.get());
  }

  /** The connection that the call came by; empty while that is not known. */
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

  /** By what it can be ended for the sake of others. */
  void servedBy(LongLivedCall<?, ?> call) {
    served = call;
  }

  @Override
  public void inboundWireSize(long bytes) {
    if (connection != null && !take(bytes) && !others.makeRoom(this)) {
      // First what has details, which gRPC would leave out.
      cutOff();
      throw noRoom();
    }
  }

  /** Counts what has come; returns whether there is room. */
  private synchronized boolean take(long bytes) {
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

  /** The oldest complete message is parsed, and its bytes are free. */
  synchronized void parsed() {
    Long bytes = complete.poll();
    if (bytes != null) {
      requireConnection().receiving().giveBack(bytes);
    }
  }

  /** gRPC gives the service nothing more: what was complete and is not parsed is gone. */
  synchronized void released() {
    while (!complete.isEmpty()) {
      parsed();
    }
  }

  /** Complete messages wait for the service yet, which may be long. */
  @Override
  public void streamClosed(Status status) {
    others.remove(this);
    var unused = drop();
  }

  /** Ends the call, whose unfinished message counts no more. */
  void cutOff() {
    others.remove(this);
    if (drop()) {
      if (served != null) {
        served.end(noRoom());
      }
      // Where that waits behind an answer that nobody reads, gRPC would keep the message.
      reset.run();
    }
  }

  private static StatusRuntimeException noRoom() {
    return Statuses.toException(
        ServingException.overloaded(
            "there is no room for so many bytes of unfinished messages: send fewer large messages"
                + " at a time, and each without a pause",
            RETRY_AFTER));
  }

  /** Returns whether there was something to drop. */
  private synchronized boolean drop() {
    if (closed || connection == null) {
      return false;
    }
    closed = true;
    connection.receiving().giveBack(unfinished);
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

  /** When it last made progress, as {@link UnfinishedMessages#now} tells the time. */
  synchronized long progressed() {
    return progressed;
  }
}
