package dev.vgg16.service.outcome;

import com.google.protobuf.Message;
import dev.vgg16.oip.ModelStreamInferResponse;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.Optional;

/** What the responses of a stream say of its items. */
interface StreamItems {

  /** Those of a method; empty if its responses answer no items. */
  static Optional<StreamItems> of(MethodDescriptor<?, ?> method) {
    if (method.getResponseMarshaller() instanceof PrototypeMarshaller<?> marshaller
        && marshaller.getMessagePrototype() instanceof Message prototype) {
      return prototype instanceof ModelStreamInferResponse
          ? Optional.of(new InferItems())
          : StreamItemFields.of(prototype.getDescriptorForType()).map(fields -> fields);
    }
    return Optional.empty();
  }

  /** Whether this is the response to an item; a stream may have other messages. */
  boolean answersAnItem(Message answer);

  /** Why the item failed; empty if it succeeded. */
  Optional<com.google.rpc.Status> error(Message answer);

  String id(Message answer);
}
