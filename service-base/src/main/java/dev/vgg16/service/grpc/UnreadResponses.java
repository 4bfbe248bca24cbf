package dev.vgg16.service.grpc;

import com.google.protobuf.MessageLite;
import dev.vgg16.service.errors.ServingException;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;

/**
 * Bounds the memory of responses that clients do not read, per connection and in total. {@link
 * QueuedFrames} counts the bytes and {@link ConnectionBudget} sets the limits. gRPC applies
 * backpressure to a stream only beyond a threshold, and to unary calls never: a client that opens
 * many of either and reads no response could exhaust the memory.
 *
 * <p>When a connection is over its limit, a call with a response ends with RESOURCE_EXHAUSTED.
 * Connections with little unread always get small responses.
 */
final class UnreadResponses implements ServerInterceptor {

  /** Several times the size of most responses. */
  static final int SMALL_BYTES = 64 << 10;

  /** Time to read a connection's unread responses over a slow network. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** The service, with its unread responses bounded. */
  static ServerServiceDefinition limit(BindableService service) {
    return ServerInterceptors.intercept(service.bindService(), new UnreadResponses());
  }

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
                    "this connection has %,d bytes of unread responses: read them, then retry"
                        .formatted(unread.held()),
                    RETRY_AFTER)));
      }
    }
  }
}
