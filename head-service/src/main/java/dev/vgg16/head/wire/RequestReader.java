package dev.vgg16.head.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.vgg16.head.head.MapData;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a {@link ScoreStreamRequest} where it lies, and leaves the maps' bytes there.
 *
 * <p>When a field comes again, the last scalar counts and messages are merged, as protobuf has it.
 */
final class RequestReader {

  private static final int TAG_TYPE_BITS = 3;
  private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int VARINT = WireFormat.WIRETYPE_VARINT;

  private static final int ID = ScoreStreamRequest.ID_FIELD_NUMBER << TAG_TYPE_BITS | BYTES;
  private static final int REQUEST =
      ScoreStreamRequest.REQUEST_FIELD_NUMBER << TAG_TYPE_BITS | BYTES;

  private static final int MAPS = ScoreRequest.MAPS_FIELD_NUMBER << TAG_TYPE_BITS | BYTES;
  private static final int SELECTIONS =
      ScoreRequest.SELECTIONS_FIELD_NUMBER << TAG_TYPE_BITS | BYTES;

  private static final int BACKBONE = FeatureMaps.BACKBONE_FIELD_NUMBER << TAG_TYPE_BITS | BYTES;
  private static final int DATA_TYPE = FeatureMaps.DATA_TYPE_FIELD_NUMBER << TAG_TYPE_BITS | VARINT;
  private static final int COUNT = FeatureMaps.COUNT_FIELD_NUMBER << TAG_TYPE_BITS | VARINT;
  private static final int DATA = FeatureMaps.DATA_FIELD_NUMBER << TAG_TYPE_BITS | BYTES;
  private static final int POOLING = FeatureMaps.POOLING_FIELD_NUMBER << TAG_TYPE_BITS | VARINT;

  private final List<ByteBuffer> pieces;
  private final CodedInputStream in;
  private final ScoreStreamRequest.Builder message = ScoreStreamRequest.newBuilder();
  private int dataStart;
  private int dataSize;

  /**
   * Reads a message.
   *
   * @param pieces of the message, each from 0 to its capacity
   * @throws InvalidProtocolBufferException when it is malformed, or has a field that is not known
   *     here
   */
  RequestReader(List<ByteBuffer> pieces) throws IOException {
    this.pieces = pieces;
    this.in = CodedInputStream.newInstance(pieces);
    // Without it, the first lengths would be bounded by nothing.
    int unused = in.pushLimit(pieces.stream().mapToInt(ByteBuffer::capacity).sum());
    readStreamRequest();
  }

  /** The message without the maps' bytes. */
  ScoreStreamRequest message() {
    return message.build();
  }

  /** The maps' bytes, where they lie. */
  MapData data() {
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
    return MapData.of(data);
  }

  private void readStreamRequest() throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID -> message.setId(in.readStringRequireUtf8());
        case REQUEST -> {
          int outer = in.pushLimit(length());
          readRequest(message.getRequestBuilder());
          in.popLimit(outer);
        }
        default -> throw unknown(tag);
      }
    }
  }

  private void readRequest(ScoreRequest.Builder request) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case MAPS -> {
          int outer = in.pushLimit(length());
          readMaps(request.getMapsBuilder());
          in.popLimit(outer);
        }
        case SELECTIONS ->
            request.addSelections(
                in.readMessage(MapSelection.parser(), ExtensionRegistryLite.getEmptyRegistry()));
        default -> throw unknown(tag);
      }
    }
  }

  private void readMaps(FeatureMaps.Builder maps) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case BACKBONE -> maps.setBackbone(in.readStringRequireUtf8());
        case DATA_TYPE -> maps.setDataTypeValue(in.readEnum());
        case COUNT -> maps.setCount(in.readUInt32());
        case DATA -> {
          dataSize = length();
          dataStart = in.getTotalBytesRead();
          in.skipRawBytes(dataSize);
        }
        case POOLING -> maps.setPoolingValue(in.readEnum());
        default -> throw unknown(tag);
      }
    }
  }

  /** A length that comes from the wire, within what is left of the message around it. */
  private int length() throws IOException {
    int length = in.readUInt32();
    if (length < 0 || length > in.getBytesUntilLimit()) {
      throw new InvalidProtocolBufferException("a field is longer than the message around it");
    }
    return length;
  }

  private static InvalidProtocolBufferException unknown(int tag) {
    return new InvalidProtocolBufferException("there is no field with the tag " + tag);
  }
}
