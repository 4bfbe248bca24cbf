package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A head of 5,089 classes; a map is one byte, which its scores are named by. */
class SplitByResponseSizeTest {

  private static final int CLASSES = 5089;
  private static final int MAPS = 64;

  private final List<ScoreMessage> sent = new ArrayList<>();
  private final SplitByResponseSize heads =
      new SplitByResponseSize(this::answer, new ResponseSizes());
  private byte failing = -1;
  private Throwable failure = ServingException.unavailable("gone");

  private ListenableFuture<ScoreResponse> answer(ScoreMessage message, long nanosLeft) {
    sent.add(message);
    ScoreResponse.Builder response = ScoreResponse.newBuilder();
    for (int i = 0; i < message.maps().count(); i++) {
      byte map = bytes(message)[i];
      if (map == failing) {
        return Futures.immediateFailedFuture(failure);
      }
      int top = message.selection(i).getTopK();
      ClassScore score = ClassScore.newBuilder().setLabel("a class of some kind 00001").build();
      response.addMaps(
          MapScores.newBuilder()
              .setScores(
                  HeadScoresList.newBuilder()
                      .addHeads(
                          HeadScores.newBuilder()
                              .setHead("" + map)
                              .addAllScores(
                                  Collections.nCopies(top == 0 ? CLASSES : top, score)))));
    }
    return Futures.immediateFuture(response.build());
  }

  @Test
  void noPartsAnswerIsLargeOnceTheHeadIsKnown() throws Exception {
    assertThat(score(1, MapSelection.getDefaultInstance()).getMapsCount()).isEqualTo(1);
    sent.clear();
    ScoreResponse response = score(MAPS, MapSelection.getDefaultInstance());
    assertThat(sent).hasSizeGreaterThan(1);
    for (ScoreMessage part : List.copyOf(sent)) {
      assertThat((long) answer(part, 0).get().getSerializedSize())
          .isLessThanOrEqualTo(SplitByResponseSize.MAX_BYTES + (1 << 10));
    }
    assertThat(namesOf(response)).isEqualTo(IntStream.range(0, MAPS).boxed().toList());
  }

  @Test
  void whatAsksForFewClassesIsNotSplit() throws Exception {
    assertThat(score(1, MapSelection.getDefaultInstance()).getMapsCount()).isEqualTo(1);
    sent.clear();
    ScoreResponse response = score(MAPS, MapSelection.newBuilder().setTopK(5).build());
    assertThat(sent).hasSize(1);
    assertThat(response.getMapsCount()).isEqualTo(MAPS);
  }

  /** Answers come for each map, as they would for one message. */
  @Test
  void aPartThatFailsLeavesTheOthersAlone() throws Exception {
    assertThat(score(1, MapSelection.getDefaultInstance()).getMapsCount()).isEqualTo(1);
    failing = 0;
    ScoreResponse response = score(MAPS, MapSelection.getDefaultInstance());
    assertThat(response.getMaps(0).getError().getCode()).isEqualTo(Status.Code.UNAVAILABLE.value());
    assertThat(response.getMaps(MAPS - 1).getScores().getHeads(0).getHead())
        .isEqualTo("" + (MAPS - 1));
  }

  /** Of whatever kind the failure is: the others still read the batch's buffer. */
  @Test
  void aPartThatFailsWithAnErrorLeavesTheOthersAlone() throws Exception {
    assertThat(score(1, MapSelection.getDefaultInstance()).getMapsCount()).isEqualTo(1);
    failing = 0;
    failure = new OutOfMemoryError("direct memory");
    ScoreResponse response = score(MAPS, MapSelection.getDefaultInstance());
    assertThat(response.getMaps(0).getError().getCode()).isEqualTo(Status.Code.INTERNAL.value());
    assertThat(response.getMaps(MAPS - 1).hasScores()).isTrue();
  }

  private ScoreResponse score(int maps, MapSelection selection) throws Exception {
    byte[] data = new byte[maps];
    for (int i = 0; i < maps; i++) {
      data[i] = (byte) i;
    }
    // In two buffers, as where a batch has a gap.
    List<ByteBuffer> buffers =
        maps == 1
            ? List.of(ByteBuffer.wrap(data))
            : List.of(ByteBuffer.wrap(data, 0, 5), ByteBuffer.wrap(data, 5, maps - 5));
    return heads
        .score(new ScoreMessage(ScoreMessages.maps(maps, buffers), List.of(selection)), 1)
        .get();
  }

  private static byte[] bytes(ScoreMessage message) {
    return ScoreMessages.toProto(message.maps()).getData().toByteArray();
  }

  private static List<Integer> namesOf(ScoreResponse response) {
    return response.getMapsList().stream()
        .map(map -> Integer.valueOf(map.getScores().getHeads(0).getHead()))
        .toList();
  }
}
