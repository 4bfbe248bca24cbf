package dev.vgg16.service.contract;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;

/** How fields of bytes are read: those are the large ones. */
public final class BytesField {

  private BytesField() {}

  /** Reads the value of a field. */
  @FunctionalInterface
  public interface Reader {

    /** To the heap, by one copy, which holds the field's own bytes and no others. */
    Reader COPY =
        (field, in, length) ->
            length == 0
                ? ByteString.EMPTY
                : UnsafeByteOperations.unsafeWrap(in.readRawBytes(length));

    /**
     * @param in stands at the first byte of the value, and afterwards behind its last one
     * @param length of the value; within the message
     */
    ByteString read(FieldDescriptor field, CodedInputStream in, int length) throws IOException;
  }
}
