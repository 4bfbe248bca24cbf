package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.ByteStreams;
import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreStreamRequest;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreStreamMethodTest {

  private final Random random = new Random(1);

  /** Pieces of one byte, around the chunk that is copied at a time, and of several maps. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 16_383, 16_384, 16_385, 409_600})
  void writesTheBytesOfTheGeneratedMessage(int pieceBytes) throws IOException {
    for (int pieces = 0; pieces < 4; pieces++) {
      for (int selections = 0; selections < 3; selections++) {
        ScoreMessage message = message(pieces, pieceBytes, selections);
        ScoreStreamRequest expected =
            ScoreStreamRequest.newBuilder()
                .setId("17")
                .setRequest(ScoreMessages.toProto(message))
                .build();
        assertThat(ScoreStreamRequest.parseFrom(drained(message))).isEqualTo(expected);
        assertThat(ByteStreams.toByteArray(stream(message))).isEqualTo(drained(message));
        if (pieces * pieceBytes > 0) {
          // Without data the generated message leaves the field out.
          assertThat(drained(message)).hasSize(expected.getSerializedSize());
        }
      }
    }
  }

  private static byte[] drained(ScoreMessage message) throws IOException {
    InputStream stream = stream(message);
    assertThat(stream).isInstanceOf(KnownLength.class);
    int length = stream.available();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(((Drainable) stream).drainTo(out)).isEqualTo(length);
    assertThat(stream.available()).isZero();
    assertThat(stream.read()).isEqualTo(-1);
    assertThat(out.size()).isEqualTo(length);
    return out.toByteArray();
  }

  private static InputStream stream(ScoreMessage message) {
    return ScoreStreamMethod.DESCRIPTOR.streamRequest(new ScoreStreamMethod.Request("17", message));
  }

  private ScoreMessage message(int pieces, int pieceBytes, int selections) {
    List<ByteBuffer> data = new ArrayList<>();
    for (int i = 0; i < pieces; i++) {
      byte[] bytes = new byte[pieceBytes];
      random.nextBytes(bytes);
      // From the middle of a buffer, in native memory and on the heap.
      ByteBuffer around =
          i % 2 == 0
              ? ByteBuffer.allocateDirect(pieceBytes + 9)
              : ByteBuffer.allocate(pieceBytes + 9);
      data.add(around.put(5, bytes).slice(5, pieceBytes));
    }
    List<MapSelection> wanted = new ArrayList<>();
    for (int i = 0; i < selections; i++) {
      wanted.add(MapSelection.newBuilder().addHeads("head" + i).setTopK(i).build());
    }
    return new ScoreMessage(
        new MapsMessage(
            "a backbone",
            new OutputForm(ElementType.FLOAT16, true),
            3,
            data,
            pieces == 3 ? List.of("00-a-b-01", "", "00-c-d-01") : List.of(),
            pieces == 3 ? List.of(1L, -1L, 1L << 40) : List.of()),
        wanted);
  }
}
