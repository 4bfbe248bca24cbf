package dev.vgg16.head.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.vgg16.head.head.TinyHeads;
import dev.vgg16.head.wire.FakeReceiveStream.Memory;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestMarshallerTest {

  private static final ScoreStreamRequest REQUEST =
      ScoreStreamRequest.newBuilder()
          .setId("17")
          .setRequest(
              ScoreRequest.newBuilder()
                  .setMaps(TinyHeads.maps(1, 2, 3))
                  .addSelections(MapSelection.newBuilder().addHeads("two").setTopK(1)))
          .build();

  private final Memory memory = new Memory();

  @Test
  void readsTheMapsWhereTheyLie() {
    ByteBuffer bytes = direct(REQUEST.toByteArray());
    try (ReceivedRequest received = parse(List.of(bytes))) {
      assertThat(Received.whole(received)).isEqualTo(REQUEST);
      // What is written to the memory now is what is read.
      for (int i = 0; i < bytes.capacity(); i++) {
        bytes.put(i, (byte) 7);
      }
      ByteBuffer read = ByteBuffer.allocate(received.data().size());
      received.data().copyTo(read, 0);
      assertThat(read.array()).containsOnly(7);
    }
  }

  @Test
  void freesTheMemoryWhenTheRequestIsClosed() {
    ReceivedRequest received = parse(List.of(direct(REQUEST.toByteArray())));
    assertThat(memory.frees()).isZero();
    received.close();
    assertThat(memory.frees()).isEqualTo(1);
  }

  @Test
  void copiesAMessageWithAFieldThatIsNotKnown() {
    ScoreStreamRequest request =
        REQUEST.toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();
    assertIsCopied(request, List.of(direct(request.toByteArray())));
  }

  /** To find a map among very many pieces would cost more than the copy. */
  @Test
  void copiesAMessageInVeryManyPieces() {
    ScoreStreamRequest request = REQUEST.toBuilder().setId("x".repeat(2000)).build();
    byte[] bytes = request.toByteArray();
    List<ByteBuffer> pieces = new ArrayList<>();
    IntStream.range(0, bytes.length).forEach(i -> pieces.add(direct(new byte[] {bytes[i]})));
    assertIsCopied(request, pieces);
  }

  private void assertIsCopied(ScoreStreamRequest request, List<ByteBuffer> pieces) {
    try (ReceivedRequest received = parse(pieces)) {
      assertThat(memory.frees()).isEqualTo(1);
      assertThat(received.message()).isEqualTo(request);
      assertThat(Received.whole(received)).isEqualTo(request);
    }
    assertThat(memory.frees()).isEqualTo(1);
  }

  @Test
  void readsOtherStreamsToo() {
    InputStream stream = new ByteArrayInputStream(REQUEST.toByteArray());
    try (ReceivedRequest received = ScoreStreamMethod.DESCRIPTOR.parseRequest(stream)) {
      assertThat(Received.whole(received)).isEqualTo(REQUEST);
    }
  }

  @Test
  void readsAnEmptyMessage() {
    try (ReceivedRequest received = parse(List.of())) {
      assertThat(received.message()).isEqualTo(ScoreStreamRequest.getDefaultInstance());
      assertThat(received.data().size()).isZero();
    }
  }

  /** Cut off, longer than the message, negative, no UTF-8, and a tag that ends a group. */
  @Test
  void saysOfAMalformedMessageWhatTheGeneratedParserSays() {
    byte[] whole = REQUEST.toByteArray();
    List<ByteString> malformed =
        List.of(
            ByteString.copyFrom(whole, 0, whole.length - 1),
            bytes(0x12, 0x04, 0x0a, 0x08, 0x22, 0x02),
            bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f),
            bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x07),
            bytes(0x12, 0x0a, 0x0a, 0x06, 0x22, 0xff, 0xff, 0xff, 0xff, 0x0f),
            bytes(0x12, 0x0a, 0x0a, 0x06, 0x22, 0xff, 0xff, 0xff, 0xff, 0x07),
            bytes(0x0a, 0x01, 0xff),
            bytes(0x0c),
            bytes(0x00));
    for (ByteString message : malformed) {
      int before = memory.frees();
      FakeReceiveStream stream =
          new FakeReceiveStream(List.of(direct(message.toByteArray())), memory);
      assertThatThrownBy(() -> ScoreStreamMethod.DESCRIPTOR.parseRequest(stream))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage(generated(message).getMessage());
      // Then gRPC closes the stream, which still has the memory.
      stream.close();
      assertThat(memory.frees()).isEqualTo(before + 1);
    }
  }

  private static Throwable generated(ByteString message) {
    return catchThrowable(
        () -> HeadServiceGrpc.getScoreStreamMethod().parseRequest(message.newInput()));
  }

  private ReceivedRequest parse(List<ByteBuffer> pieces) {
    try (FakeReceiveStream stream = new FakeReceiveStream(pieces, memory)) {
      // As gRPC does.
      return ScoreStreamMethod.DESCRIPTOR.parseRequest(stream);
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static ByteString bytes(int... values) {
    ByteString.Output out = ByteString.newOutput();
    for (int value : values) {
      out.write(value);
    }
    return out.toByteString();
  }
}
