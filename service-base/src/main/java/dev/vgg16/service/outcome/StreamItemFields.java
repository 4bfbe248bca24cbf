package dev.vgg16.service.outcome;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.Optional;

/**
 * The fields of a stream's responses that have the item's id and outcome: {@code string id} and
 * {@code response} or {@code google.rpc.Status error}, by their names in the contract.
 */
record StreamItemFields(FieldDescriptor id, FieldDescriptor response, FieldDescriptor error) {

  /** The fields of a method's responses; empty if they have no such fields. */
  static Optional<StreamItemFields> of(MethodDescriptor<?, ?> method) {
    if (method.getResponseMarshaller() instanceof PrototypeMarshaller<?> marshaller
        && marshaller.getMessagePrototype() instanceof Message prototype) {
      Descriptor message = prototype.getDescriptorForType();
      FieldDescriptor id = message.findFieldByName("id");
      FieldDescriptor response = message.findFieldByName("response");
      FieldDescriptor error = message.findFieldByName("error");
      return id != null && response != null && error != null
          ? Optional.of(new StreamItemFields(id, response, error))
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** Whether this is the response to an item; a stream may have other messages. */
  boolean answersAnItem(Message answer) {
    return answer.hasField(response) || answer.hasField(error);
  }

  /** Why the item failed; empty if it succeeded. */
  Optional<com.google.rpc.Status> error(Message answer) {
    return answer.hasField(error) && answer.getField(error) instanceof com.google.rpc.Status status
        ? Optional.of(status)
        : Optional.empty();
  }

  String id(Message answer) {
    return (String) answer.getField(id);
  }
}
