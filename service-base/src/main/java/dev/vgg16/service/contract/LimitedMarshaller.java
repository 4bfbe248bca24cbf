package dev.vgg16.service.contract;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Parses requests by a {@link LimitedReader}. */
public final class LimitedMarshaller<M extends Message> implements Marshaller<DecodedRequest<M>> {

  private final LimitedReader<M> reader;

  public LimitedMarshaller(LimitedReader<M> reader) {
    this.reader = reader;
  }

  @Override
  public DecodedRequest<M> parse(InputStream stream) {
    CodedInputStream in = CodedInputStream.newInstance(stream);
    if (stream instanceof KnownLength) {
      limit(in, stream);
    }
    return reader.read(in);
  }

  /** Limits lengths on the wire to the size of the message. */
  private static void limit(CodedInputStream in, InputStream stream) {
    try {
      int unused = in.pushLimit(stream.available());
    } catch (IOException e) {
      // Does not happen for messages in memory.
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream stream(DecodedRequest<M> received) {
    throw new UnsupportedOperationException("requests can only be parsed");
  }
}
