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
 * Refuses large and malformed requests to gRPC's own services, which have no limits: they store or
 * return the names in requests.
 */
final class SmallMessageLimit implements ServerInterceptor {

  /** Many times the length of a name. */
  static final int MAX_BYTES = 4 << 10;

  private SmallMessageLimit() {}

  /** The service, limited to small requests. */
  static ServerServiceDefinition only(ServerServiceDefinition service) {
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(service), new SmallMessageLimit());
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new LimitedListener<>(next.startCall(call, headers), call);
  }

  private static final class LimitedListener<Q> extends SimpleForwardingServerCallListener<Q> {

    private final ServerCall<Q, ?> call;
    private boolean refused;

    LimitedListener(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    @SuppressWarnings("unchecked") // The type by useInputStreamMessages.
    public void onMessage(Q message) {
      byte[] bytes = beginning((InputStream) message);
      if (bytes.length > MAX_BYTES) {
        refuse("the request has more than the limit of %,d bytes".formatted(MAX_BYTES));
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
        refuse("the request can't be parsed: " + cause.getMessage());
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
  }

  private static byte[] beginning(InputStream message) {
    try {
      return message.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
