package dev.vgg16.serving.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Refuses large requests to services that gRPC brings along, which have no limits of their own:
 * what they are asked for, they remember or send back.
 */
final class SmallMessages implements ServerInterceptor {

  /** Many times a name's length. */
  static final int MAX_BYTES = 4 << 10;

  private SmallMessages() {}

  /** The service, for small requests. */
  static ServerServiceDefinition only(ServerServiceDefinition service) {
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(service), new SmallMessages());
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
          refused = true;
          call.close(
              Status.INVALID_ARGUMENT.withDescription(
                  "the request has more than %,d bytes, the most that are allowed"
                      .formatted(MAX_BYTES)),
              new Metadata());
        }
        if (!refused) {
          super.onMessage((Q) new ByteArrayInputStream(bytes));
        }
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
