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
 * @param otherTag a repeated number may be sent in two forms; else the same as {@code tag}
 * @param nested the fields of a message field, or null
 */
record LimitedField(
    FieldDescriptor field,
    int tag,
    int otherTag,
    FieldLimits limits,
    @Nullable LimitedFields nested) {

  private static final int TAG_TYPE_BITS = 3;

  static LimitedField of(FieldDescriptor field) {
    return of(field, FieldLimits.of(field));
  }

  /** Those of a map's entry, whose key has the limits of the map. */
  static LimitedField of(FieldDescriptor field, FieldLimits limits) {
    return new LimitedField(
        field,
        tag(field, isSized(field) ? WireFormat.WIRETYPE_LENGTH_DELIMITED : wireType(field)),
        tag(
            field,
            isSized(field) || field.isRepeated()
                ? WireFormat.WIRETYPE_LENGTH_DELIMITED
                : wireType(field)),
        limits,
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            ? LimitedFields.of(field, limits)
            : null);
  }

  private static int tag(FieldDescriptor field, int wireType) {
    return field.getNumber() << TAG_TYPE_BITS | wireType;
  }

  private static boolean isSized(FieldDescriptor field) {
    return switch (field.getType()) {
      case STRING, BYTES, MESSAGE -> true;
      default -> false;
    };
  }

  private static int wireType(FieldDescriptor field) {
    return ScalarValue.wireType(field);
  }

  boolean has(int sentTag) {
    return sentTag == tag || sentTag == otherTag;
  }

  /**
   * Reads the field's value after its tag, and sets it in the message if it is within the limits.
   *
   * @param sentTag one of the two
   * @param parent the path of the message
   */
  void read(
      int sentTag,
      CodedInputStream in,
      Message.Builder into,
      @Nullable FieldPath parent,
      ReadContext reading)
      throws IOException {
    if (isSized(field)) {
      readSized(in, into, parent, reading);
    } else if (!field.isRepeated()) {
      into.setField(field, ScalarValue.read(field, in));
    } else if (WireFormat.getTagWireType(sentTag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      int outer = in.pushLimit(length(in));
      while (in.getBytesUntilLimit() > 0 && addScalar(in, into, parent, reading)) {}
      in.skipRawBytes(in.getBytesUntilLimit());
      in.popLimit(outer);
    } else {
      boolean unused = addScalar(in, into, parent, reading);
    }
  }

  /** Returns whether there may be more. */
  private boolean addScalar(
      CodedInputStream in, Message.Builder into, @Nullable FieldPath parent, ReadContext reading)
      throws IOException {
    Object value = ScalarValue.read(field, in);
    if (into.getRepeatedFieldCount(field) >= limits.maxItems()) {
      refuseEntries(parent, reading);
      return false;
    }
    into.addRepeatedField(field, value);
    return true;
  }

  private void refuseEntries(@Nullable FieldPath parent, ReadContext reading) {
    reading.refuse(
        () -> new FieldPath(parent, field, -1),
        () -> "has more than %,d entries, the most that are allowed".formatted(limits.maxItems()));
  }

  private void readSized(
      CodedInputStream in, Message.Builder into, @Nullable FieldPath parent, ReadContext reading)
      throws IOException {
    int length = length(in);
    int index = field.isRepeated() ? into.getRepeatedFieldCount(field) : -1;
    if (field.isRepeated() && index >= limits.maxItems()) {
      refuseEntries(parent, reading);
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
    if (field.isRepeated() || isInMapEntry()) {
      Message.Builder value = into.newBuilderForField(field);
      fields.read(in, value, path, reading);
      set(into, value.build());
    } else {
      fields.read(in, into.getFieldBuilder(field), path, reading);
    }
  }

  /** Its builder has no builders of its fields. */
  private boolean isInMapEntry() {
    return field.getContainingType().getOptions().getMapEntry();
  }

  private void readValue(
      CodedInputStream in,
      int length,
      Message.Builder into,
      @Nullable FieldPath parent,
      ReadContext reading)
      throws IOException {
    if (field.getType() == FieldDescriptor.Type.BYTES) {
      set(into, reading.bytes().read(field, in, length));
      return;
    }
    ByteString text = UnsafeByteOperations.unsafeWrap(in.readRawBytes(length));
    if (!text.isValidUtf8()) {
      reading.refuse(() -> new FieldPath(parent, field, -1), () -> "is not UTF-8");
    } else {
      set(into, text.toStringUtf8());
    }
  }

  private void set(Message.Builder into, Object value) {
    if (field.isRepeated()) {
      into.addRepeatedField(field, value);
    } else {
      into.setField(field, value);
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
