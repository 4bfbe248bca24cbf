package dev.vgg16.head.wire;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ScoreStreamRequest;
import java.nio.ByteBuffer;

/** What was received, as the message that was sent. */
final class Received {

  private Received() {}

  static ScoreStreamRequest whole(ReceivedRequest received) {
    ByteBuffer data = ByteBuffer.allocate(received.data().size());
    received.data().copyTo(data, 0);
    ScoreStreamRequest.Builder whole = received.message().toBuilder();
    if (data.capacity() > 0) {
      whole.getRequestBuilder().getMapsBuilder().setData(ByteString.copyFrom(data.array()));
    }
    return whole.build();
  }
}
