package dev.vgg16.service.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One field of a message.
 *
 * @param tag on the wire
 * @param nested the fields of a message field, or null
 */
record LimitedField(
    FieldDescriptor field, int tag, FieldLimits limits, @Nullable LimitedFields nested) {

  private static final int TAG_TYPE_BITS = 3;

  static LimitedField of(FieldDescriptor field) {
    return new LimitedField(
        field,
        field.getNumber() << TAG_TYPE_BITS | wireType(field),
        FieldLimits.of(field),
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            ? LimitedFields.of(field.getMessageType())
            : null);
  }

  private static int wireType(FieldDescriptor field) {
    return switch (field.getType()) {
      case STRING, BYTES, MESSAGE -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
      case UINT32, BOOL, ENUM -> scalar(field);
      default -> throw unknown(field);
    };
  }

  private static int scalar(FieldDescriptor field) {
    if (field.isRepeated()) {
      throw unknown(field);
    }
    return WireFormat.WIRETYPE_VARINT;
  }

  private static IllegalArgumentException unknown(FieldDescriptor field) {
    return new IllegalArgumentException(
        "%s has a type that LimitedField does not support".formatted(field.getFullName()));
  }

  /**
   * Reads the field's value after its tag, and sets it in the message if it is within the limits.
   *
   * @param parent the path of the message
   */
  void read(
      CodedInputStream in, Message.Builder into, @Nullable FieldPath parent, ReadContext reading)
      throws IOException {
    switch (field.getType()) {
      case UINT32 -> into.setField(field, in.readUInt32());
      case BOOL -> into.setField(field, in.readBool());
      case ENUM ->
          into.setField(
              field, field.getEnumType().findValueByNumberCreatingIfUnknown(in.readEnum()));
      default -> readSized(in, into, parent, reading);
    }
  }

  private void readSized(
      CodedInputStream in, Message.Builder into, @Nullable FieldPath parent, ReadContext reading)
      throws IOException {
    int length = length(in);
    int index = field.isRepeated() ? into.getRepeatedFieldCount(field) : -1;
    if (field.isRepeated() && index >= limits.maxItems()) {
      reading.refuse(
          () -> new FieldPath(parent, field, -1),
          () ->
              "has more than %,d entries, the most that are allowed".formatted(limits.maxItems()));
      in.skipRawBytes(length);
    } else if (nested != null) {
      int outer = in.pushLimit(length);
      readMessage(nested, in, into, new FieldPath(parent, field, index), reading);
      in.popLimit(outer);
    } else if (length > limits.maxBytes()) {
      reading.refuse(
          () -> new FieldPath(parent, field, index),
          () -> "has %,d bytes; at most %,d are allowed".formatted(length, limits.maxBytes()));
      in.skipRawBytes(length);
    } else {
      readValue(in, length, into, parent, reading);
    }
  }

  private void readMessage(
      LimitedFields fields,
      CodedInputStream in,
      Message.Builder into,
      FieldPath path,
      ReadContext reading)
      throws IOException {
    if (field.isRepeated()) {
      Message.Builder entry = into.newBuilderForField(field);
      fields.read(in, entry, path, reading);
      into.addRepeatedField(field, entry.build());
    } else {
      fields.read(in, into.getFieldBuilder(field), path, reading);
    }
  }

  private void readValue(
      CodedInputStream in,
      int length,
      Message.Builder into,
      @Nullable FieldPath parent,
      ReadContext reading)
      throws IOException {
    if (field.getType() == FieldDescriptor.Type.BYTES) {
      into.setField(field, reading.bytes().read(field, in, length));
      return;
    }
    ByteString text = UnsafeByteOperations.unsafeWrap(in.readRawBytes(length));
    if (!text.isValidUtf8()) {
      reading.refuse(() -> new FieldPath(parent, field, -1), () -> "is not UTF-8");
    } else if (field.isRepeated()) {
      into.addRepeatedField(field, text.toStringUtf8());
    } else {
      into.setField(field, text.toStringUtf8());
    }
  }

  /** Reads a length, which must be within the rest of the enclosing message, if that is known. */
  private static int length(CodedInputStream in) throws IOException {
    int length = in.readUInt32();
    int left = in.getBytesUntilLimit();
    if (length < 0 || (left >= 0 && length > left)) {
      throw new InvalidProtocolBufferException("a field is longer than its message");
    }
    return length;
  }
}
