package dev.vgg16.service.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;

/** How bytes fields, which may be large, are read. */
public final class BytesField {

  private BytesField() {}

  /** Reads the value of a field. */
  @FunctionalInterface
  public interface Reader {

    /** Copies the field's bytes to the heap once. */
    Reader COPY =
        (field, in, length) ->
            length == 0
                ? ByteString.EMPTY
                : UnsafeByteOperations.unsafeWrap(in.readRawBytes(length));

    /**
     * @param in at the first byte of the value, and afterwards behind the last
     * @param length of the value, within the message
     */
    ByteString read(FieldDescriptor field, CodedInputStream in, int length) throws IOException;
  }
}
