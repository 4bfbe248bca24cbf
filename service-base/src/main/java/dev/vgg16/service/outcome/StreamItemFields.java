package dev.vgg16.service.outcome;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.Optional;

/**
 * Where a stream's answers say which item they are for and how it ended: {@code string id} and
 * {@code response} or {@code google.rpc.Status error}, by the names that the contract gives them.
 */
record StreamItemFields(FieldDescriptor id, FieldDescriptor response, FieldDescriptor error) {

  /** Those of a method; empty: its answers have no such fields. */
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

  /** Whether this answers an item at all; a stream may have other things to say. */
  boolean answersAnItem(Message answer) {
    return answer.hasField(response) || answer.hasField(error);
  }

  /** Why the item of an answer failed; empty: it did not. */
  Optional<com.google.rpc.Status> error(Message answer) {
    return answer.hasField(error) && answer.getField(error) instanceof com.google.rpc.Status status
        ? Optional.of(status)
        : Optional.empty();
  }

  String id(Message answer) {
    return (String) answer.getField(id);
  }
}
