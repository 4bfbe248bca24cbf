package dev.vgg16.service.contract;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of a message type. */
final class LimitedFields {

  /** By field number; null for unused numbers. */
  private final LimitedField[] byNumber;

  private LimitedFields(LimitedField[] byNumber) {
    this.byNumber = byNumber;
  }

  static LimitedFields of(Descriptor type) {
    return of(type, LimitedField::of);
  }

  /**
   * Those of a message field. A map is one of entries, whose fields can have no limits of their
   * own: the key has those of the map.
   */
  static LimitedFields of(FieldDescriptor field, FieldLimits limits) {
    return field.isMapField()
        ? of(field.getMessageType(), part -> LimitedField.of(part, limits))
        : of(field.getMessageType());
  }

  private static LimitedFields of(
      Descriptor type, Function<FieldDescriptor, LimitedField> limited) {
    int last = type.getFields().stream().mapToInt(FieldDescriptor::getNumber).max().orElse(0);
    LimitedField[] byNumber = new LimitedField[last + 1];
    type.getFields().forEach(field -> byNumber[field.getNumber()] = limited.apply(field));
    return new LimitedFields(byNumber);
  }

  /**
   * Reads fields up to the end, or the limit, of the input.
   *
   * @param path of the message; null for the request itself
   */
  void read(
      CodedInputStream in, Message.Builder into, @Nullable FieldPath path, ReadContext reading)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      reading.countField();
      LimitedField field = withTag(tag);
      if (field != null) {
        field.read(tag, in, into, path, reading);
      } else if (!in.skipField(tag)) {
        throw new InvalidProtocolBufferException("an end group tag without a start group tag");
      }
    }
  }

  /** Null for unknown fields, which includes those of another wire type. */
  private @Nullable LimitedField withTag(int tag) {
    int number = WireFormat.getTagFieldNumber(tag);
    LimitedField field = number < byNumber.length ? byNumber[number] : null;
    return field != null && field.has(tag) ? field : null;
  }
}
