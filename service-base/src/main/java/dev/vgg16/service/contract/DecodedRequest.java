package dev.vgg16.service.contract;

import com.google.protobuf.Message;
import dev.vgg16.service.grpc.Statuses;
import io.grpc.stub.ServerCalls.UnaryMethod;
import java.util.Optional;

/**
 * A request after decoding.
 *
 * @param message the fields within the limits, without unknown ones
 * @param refusal why the request is invalid; empty if it is valid
 */
public record DecodedRequest<M extends Message>(M message, Optional<RuntimeException> refusal) {

  /** A unary method that is called for valid requests; others are refused. */
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
