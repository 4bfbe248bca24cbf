package dev.vgg16.head.wire;

import dev.vgg16.service.contract.LimitedMarshaller;
import dev.vgg16.v1.ScoreStreamRequest;
import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves the maps of a request in gRPC's receive buffers and takes over their ownership. Where gRPC
 * does not offer that, the request is copied.
 */
final class RequestMarshaller implements Marshaller<ReceivedRequest> {

  /** Many times what a message has; with more and smaller pieces, a copy is cheaper. */
  private static final int MAX_PIECES = 1024;

  private final LimitedMarshaller<ScoreStreamRequest> copying =
      new LimitedMarshaller<>(RequestReader.FIELDS);

  @Override
  public ReceivedRequest parse(InputStream stream) {
    try {
      return inPlace(stream).orElseGet(() -> ReceivedRequest.of(copying.parse(stream)));
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("a message could not be read")
          .withCause(e)
          .asRuntimeException();
    }
  }

  /** Empty, with the stream unchanged, when it has to be copied. */
  private static Optional<ReceivedRequest> inPlace(InputStream stream) throws IOException {
    if (!(stream instanceof Detachable detachable
        && stream instanceof HasByteBuffer buffers
        && buffers.byteBufferSupported()
        && stream.markSupported())) {
      return Optional.empty();
    }
    // Without the mark, skipped buffers would be freed.
    stream.mark(stream.available());
    List<ByteBuffer> pieces = pieces(stream, buffers);
    if (stream.available() == 0) {
      RequestReader reader = new RequestReader(pieces);
      // From here on the request owns the memory: gRPC frees none when it closes the stream.
      return Optional.of(
          new ReceivedRequest(
              reader.received().message(),
              reader.received().refusal(),
              reader.data(),
              detachable.detach()));
    }
    stream.reset();
    return Optional.empty();
  }

  /** The message's buffers, or the first of them when there are too many. */
  private static List<ByteBuffer> pieces(InputStream stream, HasByteBuffer buffers)
      throws IOException {
    List<ByteBuffer> pieces = new ArrayList<>();
    while (stream.available() > 0 && pieces.size() < MAX_PIECES) {
      ByteBuffer piece = buffers.getByteBuffer().slice();
      pieces.add(piece);
      stream.skipNBytes(piece.remaining());
    }
    return pieces;
  }

  @Override
  public InputStream stream(ReceivedRequest request) {
    throw new UnsupportedOperationException("requests are received here, and not sent");
  }
}
