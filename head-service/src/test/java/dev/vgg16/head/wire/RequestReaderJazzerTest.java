package dev.vgg16.head.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vgg16.head.wire.FakeReceiveStream.Memory;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.ScoreStreamRequest;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** For any bytes in any buffers, the outcome is that of the generated parser. */
class RequestReaderJazzerTest {

  @FuzzTest(maxDuration = "60s")
  void agreesWithTheGeneratedParser(FuzzedDataProvider data) {
    int piece = data.consumeInt(1, 255);
    boolean direct = data.consumeBoolean();
    byte[] bytes = data.consumeRemainingAsBytes();
    Memory memory = new Memory();
    assertThat(read(pieces(bytes, piece, direct), memory)).isEqualTo(GeneratedParser.parse(bytes));
    assertThat(memory.frees()).as("times that the memory was freed").isEqualTo(1);
  }

  private static Optional<ScoreStreamRequest> read(List<ByteBuffer> pieces, Memory memory) {
    try (FakeReceiveStream stream = new FakeReceiveStream(pieces, memory);
        ReceivedRequest received = ScoreStreamMethod.DESCRIPTOR.parseRequest(stream)) {
      received.refusal().ifPresent(RequestReaderJazzerTest::assertIsDocumented);
      return received.refusal().isPresent()
          ? Optional.empty()
          : Optional.of(Received.whole(received));
    }
  }

  private static void assertIsDocumented(RuntimeException refusal) {
    assertThat(Statuses.toProto(refusal).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
  }

  private static List<ByteBuffer> pieces(byte[] bytes, int size, boolean direct) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += size) {
      int count = Math.min(size, bytes.length - at);
      ByteBuffer piece = direct ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
      pieces.add(piece.put(0, bytes, at, count));
    }
    return pieces;
  }
}
