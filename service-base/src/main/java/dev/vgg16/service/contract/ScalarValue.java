package dev.vgg16.service.contract;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** Numbers and enums on the wire. */
final class ScalarValue {

  private ScalarValue() {}

  /**
   * The wire type of one value.
   *
   * @throws IllegalArgumentException when the type is not supported
   */
  static int wireType(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, INT64, UINT64, BOOL, ENUM -> WireFormat.WIRETYPE_VARINT;
      case FLOAT -> WireFormat.WIRETYPE_FIXED32;
      case DOUBLE, FIXED64 -> WireFormat.WIRETYPE_FIXED64;
      default ->
          throw new IllegalArgumentException(
              "%s has a type that is not supported".formatted(field.getFullName()));
    };
  }

  /** Reads one value, as {@link com.google.protobuf.Message.Builder#setField} takes it. */
  static Object read(FieldDescriptor field, CodedInputStream in) throws IOException {
    return switch (field.getType()) {
      case UINT32 -> in.readUInt32();
      case INT64 -> in.readInt64();
      case UINT64 -> in.readUInt64();
      case BOOL -> in.readBool();
      case FLOAT -> in.readFloat();
      case DOUBLE -> in.readDouble();
      case FIXED64 -> in.readFixed64();
      default -> field.getEnumType().findValueByNumberCreatingIfUnknown(in.readEnum());
    };
  }
}
