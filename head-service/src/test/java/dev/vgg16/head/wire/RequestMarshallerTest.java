package dev.vgg16.head.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.head.wire.FakeReceiveStream.Memory;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
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
  void readsTheMapsInPlace() {
    ByteBuffer bytes = direct(REQUEST.toByteArray());
    try (ReceivedRequest received = parse(List.of(bytes))) {
      assertThat(Received.whole(received)).isEqualTo(REQUEST);
      // Reads what is now written to the memory.
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
  void skipsUnknownFields() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    ScoreStreamRequest.Builder request = REQUEST.toBuilder().setUnknownFields(unknown);
    request.getRequestBuilder().getMapsBuilder().setUnknownFields(unknown);
    request.getRequestBuilder().getSelectionsBuilder(0).setUnknownFields(unknown);
    try (ReceivedRequest received = parse(List.of(direct(request.build().toByteArray())))) {
      assertThat(memory.frees()).as("read in place").isZero();
      assertThat(Received.whole(received)).isEqualTo(REQUEST);
    }
  }

  @Test
  void keepsTheIdOfARequestThatIsRefused() {
    ScoreStreamRequest.Builder request = REQUEST.toBuilder();
    request.getRequestBuilder().getSelectionsBuilder(0).addHeads("h".repeat(257));
    try (ReceivedRequest received = parse(List.of(direct(request.build().toByteArray())))) {
      assertThat(received.message().getId()).isEqualTo("17");
      assertRefusal(received, "selections[0].heads[1]");
    }
    assertThat(memory.frees()).isEqualTo(1);
  }

  /** To find a map among very many pieces would cost more than the copy. */
  @Test
  void copiesAMessageInVeryManyPieces() {
    ScoreStreamRequest.Builder builder = REQUEST.toBuilder();
    builder
        .getRequestBuilder()
        .getSelectionsBuilder(0)
        .addAllHeads(Collections.nCopies(200, "a-long-name"));
    ScoreStreamRequest request = builder.build();
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
  void reportsAMalformedMessage() {
    byte[] whole = REQUEST.toByteArray();
    ByteString noText = bytes(0x0a, 0x01, 0xff);
    List<ByteString> malformed =
        List.of(
            ByteString.copyFrom(whole, 0, whole.length - 1),
            bytes(0x12, 0x04, 0x0a, 0x08, 0x22, 0x02),
            bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f),
            bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x07),
            bytes(0x12, 0x0a, 0x0a, 0x06, 0x22, 0xff, 0xff, 0xff, 0xff, 0x0f),
            bytes(0x12, 0x0a, 0x0a, 0x06, 0x22, 0xff, 0xff, 0xff, 0xff, 0x07),
            noText,
            bytes(0x0c),
            bytes(0x00));
    for (ByteString message : malformed) {
      int before = memory.frees();
      try (ReceivedRequest received = parse(List.of(direct(message.toByteArray())))) {
        assertRefusal(received, message.equals(noText) ? "id" : "request");
      }
      assertThat(memory.frees()).isEqualTo(before + 1);
    }
  }

  private static void assertRefusal(ReceivedRequest received, String field) {
    assertThat(received.refusal())
        .containsInstanceOf(ServingException.class)
        .hasValueSatisfying(
            refusal -> assertThat(((ServingException) refusal).field()).hasValue(field));
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
