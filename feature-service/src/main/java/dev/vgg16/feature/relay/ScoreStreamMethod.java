package dev.vgg16.feature.relay;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.Pooling;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code HeadService.ScoreStream} on the sending side: as generated, but its requests are not
 * protobuf messages. Their maps are written from the backbone's buffer to the connection. The bytes
 * are those of a {@link ScoreStreamRequest}.
 */
final class ScoreStreamMethod {

  /** Enough for ids and names of the usual length; it grows. */
  private static final int HEADER_BYTES = 128;

  static final MethodDescriptor<Request, ScoreStreamResponse> DESCRIPTOR =
      HeadServiceGrpc.getScoreStreamMethod().toBuilder(
              new RequestMarshaller(),
              HeadServiceGrpc.getScoreStreamMethod().getResponseMarshaller())
          .build();

  private ScoreStreamMethod() {}

  /**
   * One request of the stream.
   *
   * @param id unique among the stream's unanswered requests
   */
  record Request(String id, ScoreMessage message) {}

  private static final class RequestMarshaller implements MethodDescriptor.Marshaller<Request> {

    @Override
    public InputStream stream(Request request) {
      List<ByteBuffer> data = request.message().maps().data();
      ScoreRequest afterMaps =
          ScoreRequest.newBuilder()
              .addAllSelections(request.message().selections())
              .addAllTraceparents(request.message().maps().traceparents())
              .addAllRoutingKeys(request.message().maps().routingKeys())
              .build();
      List<ByteBuffer> all = new ArrayList<>(data.size() + 2);
      try {
        all.add(beforeData(request, afterMaps.getSerializedSize()));
      } catch (IOException e) {
        // Writing to an array can't fail.
        throw new UncheckedIOException(e);
      }
      all.addAll(data);
      all.add(ByteBuffer.wrap(afterMaps.toByteArray()));
      return new BufferStream(all);
    }

    @Override
    public Request parse(InputStream stream) {
      throw new UnsupportedOperationException("this side only sends requests");
    }

    private static ByteBuffer beforeData(Request request, int afterMapsBytes) throws IOException {
      FeatureMaps header = header(request.message().maps());
      int dataBytes =
          request.message().maps().data().stream().mapToInt(ByteBuffer::remaining).sum();
      int mapsBytes =
          header.getSerializedSize()
              + CodedOutputStream.computeTagSize(FeatureMaps.DATA_FIELD_NUMBER)
              + CodedOutputStream.computeUInt32SizeNoTag(dataBytes)
              + dataBytes;
      int requestBytes =
          CodedOutputStream.computeTagSize(ScoreRequest.MAPS_FIELD_NUMBER)
              + CodedOutputStream.computeUInt32SizeNoTag(mapsBytes)
              + mapsBytes
              + afterMapsBytes;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(HEADER_BYTES);
      CodedOutputStream out = CodedOutputStream.newInstance(bytes, HEADER_BYTES);
      out.writeString(ScoreStreamRequest.ID_FIELD_NUMBER, request.id());
      open(out, ScoreStreamRequest.REQUEST_FIELD_NUMBER, requestBytes);
      open(out, ScoreRequest.MAPS_FIELD_NUMBER, mapsBytes);
      header.writeTo(out);
      open(out, FeatureMaps.DATA_FIELD_NUMBER, dataBytes);
      out.flush();
      return ByteBuffer.wrap(bytes.toByteArray());
    }

    /** All of the message but the data. */
    private static FeatureMaps header(MapsMessage maps) {
      return FeatureMaps.newBuilder()
          .setBackbone(maps.backbone())
          .setDataType(
              maps.form().type() == ElementType.FLOAT32
                  ? DataType.DATA_TYPE_FLOAT32
                  : DataType.DATA_TYPE_FLOAT16)
          .setPooling(maps.form().pooled() ? Pooling.POOLING_AVERAGE : Pooling.POOLING_UNSPECIFIED)
          .setCount(maps.count())
          .build();
    }

    private static void open(CodedOutputStream out, int field, int size) throws IOException {
      out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(size);
    }
  }
}
