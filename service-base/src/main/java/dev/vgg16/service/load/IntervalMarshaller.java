package dev.vgg16.service.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** An {@code OrcaLoadReportRequest}, of which the interval alone is read; zero without one. */
final class IntervalMarshaller implements MethodDescriptor.Marshaller<Duration> {

  private static final int REPORT_INTERVAL = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private static final Duration LONGEST = Duration.ofDays(1);

  @Override
  public Duration parse(InputStream stream) {
    try {
      return interval(CodedInputStream.newInstance(stream));
    } catch (IOException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("the request can't be parsed")
          .withCause(new InvalidProtocolBufferException(e))
          .asRuntimeException();
    }
  }

  private static Duration interval(CodedInputStream in) throws IOException {
    Duration interval = Duration.ZERO;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == REPORT_INTERVAL) {
        interval = of(com.google.protobuf.Duration.parseFrom(in.readByteArray()));
      } else {
        boolean unused = in.skipField(tag);
      }
    }
    return interval;
  }

  /** No longer than a day. */
  private static Duration of(com.google.protobuf.Duration value) {
    return Duration.ofSeconds(
        Math.max(0, Math.min(value.getSeconds(), LONGEST.toSeconds())), value.getNanos());
  }

  /** For clients, which no service is. */
  @Override
  public InputStream stream(Duration interval) {
    throw new UnsupportedOperationException("a service does not send this");
  }
}
