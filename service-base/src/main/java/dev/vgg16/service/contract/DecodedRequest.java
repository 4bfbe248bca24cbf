package dev.vgg16.service.contract;

import com.google.protobuf.Message;
import dev.vgg16.service.grpc.Statuses;
import io.grpc.stub.ServerCalls.UnaryMethod;
import java.util.Optional;

/**
 * A request as it was read.
 *
 * @param message what is within the limits, without fields that are not known here
 * @param refusal why the request can't be used, if so
 */
public record DecodedRequest<M extends Message>(M message, Optional<RuntimeException> refusal) {

  /** A unary method that is called for requests that can be used; others are refused here. */
  static <Q extends Message, R> UnaryMethod<DecodedRequest<Q>, R> unary(UnaryMethod<Q, R> method) {
    return (received, out) -> {
      if (received.refusal().isPresent()) {
        out.onError(Statuses.toException(received.refusal().get()));
      } else {
        method.invoke(received.message(), out);
      }
    };
  }
}
