package dev.vgg16.service.grpc;

import com.google.protobuf.MessageLite;
import dev.vgg16.service.errors.ServingException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;

/**
 * Bounds the memory of answers that clients do not read, by connection and in all; {@link
 * QueuedFrames} counts, {@link ConnectionBudget} says how much a connection may have. gRPC holds a
 * stream back once some bytes are queued for it, and never a call with one answer: who opens many
 * of either and reads none would fill the memory that all need.
 *
 * <p>When a connection has too much, an answer ends its call with RESOURCE_EXHAUSTED. Connections
 * with next to nothing unread get small answers always.
 */
final class UnreadResponses implements ServerInterceptor {

  /** Several times what most answers have. */
  static final int SMALL_BYTES = 64 << 10;

  /** Time to read what a connection may have, over a slow network. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Connection connection = call.getAttributes().get(Connection.KEY);
    return connection == null
        ? next.startCall(call, headers)
        : next.startCall(new BoundedCall<>(call, connection.unread()), headers);
  }

  private static final class BoundedCall<Q, R> extends LongLivedCall<Q, R> {
    private final ConnectionBudget.Account unread;

    BoundedCall(ServerCall<Q, R> call, ConnectionBudget.Account unread) {
      super(call);
      this.unread = unread;
    }

    @Override
    public synchronized void sendMessage(R message) {
      int size = message instanceof MessageLite proto ? proto.getSerializedSize() : 0;
      boolean small = size <= SMALL_BYTES && unread.held() <= SMALL_BYTES;
      if (small || unread.hasRoomFor(size)) {
        super.sendMessage(message);
      } else {
        end(
            Statuses.toException(
                ServingException.overloaded(
                    "this connection has left %,d bytes of answers unread; read them, and ask again"
                        .formatted(unread.held()),
                    RETRY_AFTER)));
      }
    }
  }
}
