package dev.vgg16.service.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Refuses large and unreadable requests to services that gRPC brings along, which have no limits of
 * their own: what they are asked for, they remember or send back.
 */
final class SmallMessageLimit implements ServerInterceptor {

  /** Many times a name's length. */
  static final int MAX_BYTES = 4 << 10;

  private SmallMessageLimit() {}

  /** The service, for small requests. */
  static ServerServiceDefinition only(ServerServiceDefinition service) {
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(service), new SmallMessageLimit());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      @SuppressWarnings("unchecked") // What useInputStreamMessages makes of them.
      public void onMessage(Q message) {
        byte[] bytes = beginning((InputStream) message);
        if (bytes.length > MAX_BYTES) {
          refuse(
              "the request has more than %,d bytes, the most that are allowed"
                  .formatted(MAX_BYTES));
        }
        if (!refused) {
          read((Q) new ByteArrayInputStream(bytes));
        }
      }

      private void read(Q message) {
        try {
          super.onMessage(message);
        } catch (StatusRuntimeException e) {
          if (!(e.getCause() instanceof InvalidProtocolBufferException cause)) {
            throw e;
          }
          refuse("the request can't be read: " + cause.getMessage());
        }
      }

      private void refuse(String problem) {
        refused = true;
        call.close(Status.INVALID_ARGUMENT.withDescription(problem), new Metadata());
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }

  private static byte[] beginning(InputStream message) {
    try {
      return message.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
