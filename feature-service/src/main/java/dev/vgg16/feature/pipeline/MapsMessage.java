package dev.vgg16.feature.pipeline;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.FeatureMaps;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Feature maps to send, with their bytes where the backbone wrote them: a {@link FeatureMaps} could
 * only hold a copy on the heap.
 *
 * @param header all but the data
 * @param data one after the other
 */
public record MapsMessage(FeatureMaps header, List<ByteBuffer> data) {

  public MapsMessage {
    data = List.copyOf(data);
  }

  public int count() {
    return header.getCount();
  }

  /** The same as a protobuf message, with a copy of the data. */
  public FeatureMaps toProto() {
    ByteString bytes = ByteString.EMPTY;
    for (ByteBuffer part : data) {
      bytes = bytes.concat(ByteString.copyFrom(part.duplicate()));
    }
    return header.toBuilder().setData(bytes).build();
  }
}
