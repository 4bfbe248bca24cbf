package dev.vgg16.feature.relay;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.Pooling;
import dev.vgg16.v1.ScoreRequest;
import java.nio.ByteBuffer;
import java.util.List;

/** What is sent to the heads, in the form that tests read. */
public final class ScoreMessages {

  private ScoreMessages() {}

  /** Maps of no particular backbone. */
  static MapsMessage maps(int count, List<ByteBuffer> data) {
    return new MapsMessage("", OutputForm.PLAIN, count, data);
  }

  public static ScoreRequest toProto(ScoreMessage message) {
    return ScoreRequest.newBuilder()
        .setMaps(toProto(message.maps()))
        .addAllSelections(message.selections())
        .addAllTraceparents(message.maps().traceparents())
        .addAllRoutingKeys(message.maps().routingKeys())
        .build();
  }

  /** A copy of the maps. */
  public static FeatureMaps toProto(MapsMessage maps) {
    ByteString data = ByteString.EMPTY;
    for (ByteBuffer part : maps.data()) {
      data = data.concat(ByteString.copyFrom(part.duplicate()));
    }
    return FeatureMaps.newBuilder()
        .setBackbone(maps.backbone())
        .setDataType(
            maps.form().type() == ElementType.FLOAT16
                ? DataType.DATA_TYPE_FLOAT16
                : DataType.DATA_TYPE_FLOAT32)
        .setPooling(maps.form().pooled() ? Pooling.POOLING_AVERAGE : Pooling.POOLING_UNSPECIFIED)
        .setCount(maps.count())
        .setData(data)
        .build();
  }
}
