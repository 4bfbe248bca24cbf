package dev.vgg16.head.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.service.contract.DecodedRequest;
import dev.vgg16.service.contract.LimitedReader;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.ScoreStreamRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads a {@link ScoreStreamRequest} in place, without copying the maps' bytes. */
final class RequestReader {

  static final LimitedReader<ScoreStreamRequest> FIELDS =
      LimitedReader.of(ScoreStreamRequest.getDefaultInstance());

  private static final FieldDescriptor DATA =
      FeatureMaps.getDescriptor().findFieldByNumber(FeatureMaps.DATA_FIELD_NUMBER);

  private final List<ByteBuffer> pieces;
  private final DecodedRequest<ScoreStreamRequest> received;
  private int dataStart;
  private int dataSize;

  /**
   * Reads a message.
   *
   * @param pieces of the message, each from 0 to its capacity
   */
  RequestReader(List<ByteBuffer> pieces) throws InvalidProtocolBufferException {
    this.pieces = pieces;
    CodedInputStream in = CodedInputStream.newInstance(pieces);
    // Otherwise lengths on the top level would not be bounded.
    int unused = in.pushLimit(pieces.stream().mapToInt(ByteBuffer::capacity).sum());
    received = FIELDS.read(in, this::leave);
  }

  /** The message without the maps' bytes. */
  DecodedRequest<ScoreStreamRequest> received() {
    return received;
  }

  /** The maps' bytes, in place. */
  MapBytes data() {
    List<ByteBuffer> data = new ArrayList<>(pieces.size());
    int pieceStart = 0;
    for (ByteBuffer piece : pieces) {
      int from = Math.max(dataStart - pieceStart, 0);
      int to = Math.min(dataStart + dataSize - pieceStart, piece.capacity());
      if (from < to) {
        data.add(piece.slice(from, to - from));
      }
      pieceStart += piece.capacity();
    }
    return MapBytes.of(data);
  }

  private ByteString leave(FieldDescriptor field, CodedInputStream in, int length)
      throws IOException {
    if (field != DATA) {
      throw new IllegalStateException(field.getFullName() + " is not where the maps are");
    }
    int start = in.getTotalBytesRead();
    in.skipRawBytes(length);
    dataStart = start;
    dataSize = length;
    return ByteString.EMPTY;
  }
}
