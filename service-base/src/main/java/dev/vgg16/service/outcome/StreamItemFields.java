package dev.vgg16.service.outcome;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Optional;

/**
 * The fields of a stream's responses that have the item's id and outcome: {@code string id} and
 * {@code response} or {@code google.rpc.Status error}, by their names in the contract.
 */
record StreamItemFields(FieldDescriptor id, FieldDescriptor response, FieldDescriptor error)
    implements StreamItems {

  /** The fields of a type of responses; empty if they have no such fields. */
  static Optional<StreamItemFields> of(Descriptor message) {
    FieldDescriptor id = message.findFieldByName("id");
    FieldDescriptor response = message.findFieldByName("response");
    FieldDescriptor error = message.findFieldByName("error");
    return id != null && response != null && error != null
        ? Optional.of(new StreamItemFields(id, response, error))
        : Optional.empty();
  }

  @Override
  public boolean answersAnItem(Message answer) {
    return answer.hasField(response) || answer.hasField(error);
  }

  @Override
  public Optional<com.google.rpc.Status> error(Message answer) {
    return answer.hasField(error) && answer.getField(error) instanceof com.google.rpc.Status status
        ? Optional.of(status)
        : Optional.empty();
  }

  @Override
  public String id(Message answer) {
    return (String) answer.getField(id);
  }
}
