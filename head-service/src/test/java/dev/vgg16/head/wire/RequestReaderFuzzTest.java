package dev.vgg16.head.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.head.wire.FakeReceiveStream.Memory;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compared with the generated parser, on messages in random buffers and on malformed ones. */
class RequestReaderFuzzTest {

  private static final int MESSAGES = 2_000;
  private static final int MUTATIONS = 40;

  private final Random random = new Random(1);

  @Test
  void readsInPlaceWhatTheGeneratedParserReads() throws Exception {
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = message();
      Memory memory = new Memory();
      try (ReceivedRequest received = parse(bytes, memory)) {
        assertThat(Received.whole(received)).isEqualTo(ScoreStreamRequest.parseFrom(bytes));
        assertThat(memory.frees()).as("read in place").isZero();
      }
    }
  }

  @Test
  void agreesOnMessagesThatAreCutOff() {
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = message();
      assertAgrees(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
    }
  }

  @Test
  void agreesOnMessagesWithBrokenBytes() {
    for (int i = 0; i < MESSAGES; i++) {
      byte[] bytes = message();
      for (int mutation = 0; mutation < MUTATIONS; mutation++) {
        byte[] broken = bytes.clone();
        for (int hits = 1 + random.nextInt(3); hits > 0 && broken.length > 0; hits--) {
          // Mostly at the front, where the tags and lengths are.
          int at = random.nextInt(random.nextBoolean() ? Math.min(40, bytes.length) : bytes.length);
          broken[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) 0xFF;
        }
        assertAgrees(broken);
      }
    }
  }

  private void assertAgrees(byte[] bytes) {
    Memory memory = new Memory();
    assertThat(read(bytes, memory)).isEqualTo(GeneratedParser.parse(bytes));
    assertThat(memory.frees()).as("times that the memory was freed").isEqualTo(1);
  }

  private Optional<ScoreStreamRequest> read(byte[] bytes, Memory memory) {
    try (ReceivedRequest received = parse(bytes, memory)) {
      return received.refusal().isPresent()
          ? Optional.empty()
          : Optional.of(Received.whole(received));
    }
  }

  private ReceivedRequest parse(byte[] bytes, Memory memory) {
    try (FakeReceiveStream stream = new FakeReceiveStream(pieces(bytes), memory)) {
      return ScoreStreamMethod.DESCRIPTOR.parseRequest(stream);
    }
  }

  /** All in native memory, or on the heap, or both. */
  private List<ByteBuffer> pieces(byte[] bytes) {
    List<ByteBuffer> pieces = new ArrayList<>();
    int kinds = random.nextInt(3);
    int most = 1 + random.nextInt(bytes.length + 1);
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(1 + random.nextInt(most), bytes.length - at);
      boolean direct = kinds == 0 || (kinds == 1 && random.nextBoolean());
      ByteBuffer piece = direct ? ByteBuffer.allocateDirect(count) : ByteBuffer.allocate(count);
      pieces.add(piece.put(0, bytes, at, count));
      at += count;
    }
    return pieces;
  }

  /** One or several requests, one after the other, which is one request that is merged of them. */
  private byte[] message() {
    ByteString message = ByteString.EMPTY;
    for (int parts = 1 + random.nextInt(6) / 4; parts > 0; parts--) {
      message = message.concat(request().toByteString());
    }
    return message.toByteArray();
  }

  private ScoreStreamRequest request() {
    ScoreStreamRequest.Builder request = ScoreStreamRequest.newBuilder();
    if (random.nextInt(5) > 0) {
      request.setId(Integer.toString(random.nextInt(1000)));
    }
    if (random.nextInt(8) > 0) {
      ScoreRequest.Builder scores = request.getRequestBuilder();
      if (random.nextInt(8) > 0) {
        scores.setMaps(maps());
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        scores.addSelections(
            MapSelection.newBuilder().addHeads("h" + i).setTopK(random.nextInt(3)));
      }
    }
    return request.build();
  }

  private FeatureMaps maps() {
    byte[] data = new byte[random.nextInt(4) * random.nextInt(200)];
    random.nextBytes(data);
    return FeatureMaps.newBuilder()
        .setBackbone(random.nextBoolean() ? "" : "b\u00e4ckbone")
        .setDataTypeValue(random.nextInt(4) - 1)
        .setCount(random.nextInt(3) - 1)
        .setPoolingValue(random.nextInt(3))
        .setData(ByteString.copyFrom(data))
        .build();
  }
}
