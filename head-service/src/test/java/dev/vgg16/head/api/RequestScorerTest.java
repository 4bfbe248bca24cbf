package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestScorerTest {

  private static final int MAP_BYTES = 24;
  private static final double THREE_10 = 1.0;
  private static final double TWO_1 = 2.0;

  private final HeadRegistry registry = TinyHeads.load();
  private final BatchScorer batches = new BatchScorer(ScoreListener.NONE, 64);
  private final RequestScorer scorer = new RequestScorer(registry, batches);

  @AfterEach
  void close() {
    batches.close();
    registry.close();
  }

  /** Small ones first, so that buffers grow, and small ones after. */
  @Test
  void scoresBatchesOfAnySize() {
    for (int count : new int[] {1, 16, 17, 64, 2}) {
      int[] seeds = IntStream.range(count, 2 * count).toArray();
      ScoreResponse response = score(TinyHeads.maps(seeds), select("two"));
      assertThat(response.getMapsCount()).isEqualTo(count);
      for (int map = 0; map < count; map++) {
        assertScores(head(response, map, 0), TinyHeads.expected(seeds[map], 2, TWO_1));
      }
    }
  }

  @Test
  void scoresOnceWithAHeadThatIsSelectedTwice() {
    ScoreResponse response = score(TinyHeads.maps(3), select("three", "three@10", "three"));
    for (int i = 0; i < 3; i++) {
      assertScores(head(response, 0, i), TinyHeads.expected(3, 3, THREE_10));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 3e38f})
  void refusesAMapWhoseScoresAreNoNumbers(float value) {
    ByteBuffer data = ByteBuffer.allocate(2 * MAP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.put(TinyHeads.maps(1).getData().toByteArray());
    while (data.hasRemaining()) {
      data.putFloat(value);
    }
    ScoreResponse response =
        score(
            TinyHeads.maps(1, 2).toBuilder().setData(ByteString.copyFrom(data.array())).build(),
            select("two"));
    assertScores(head(response, 0, 0), TinyHeads.expected(1, 2, TWO_1));
    assertThat(response.getMaps(1).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(response.getMaps(1).getError().getMessage())
        .startsWith("maps.data: map 1: the scores of two@1 are not finite numbers");
  }

  /** One head gets all of them and another some, and the next request reuses buffers. */
  @Test
  void scoresFloat16MapsAsTheFloat32OnesThatTheyRound() {
    for (int first = 1; first < 4; first++) {
      FeatureMaps maps = TinyHeads.float16(TinyHeads.maps(first, first + 1, first + 2));
      ScoreResponse response =
          score(
              maps,
              ElementType.FLOAT16,
              select("two", "three"),
              select("two"),
              select("two", "three"));
      for (int map = 0; map < 3; map++) {
        assertNear(head(response, map, 0), TinyHeads.expected(first + map, 2, TWO_1));
        if (map != 1) {
          assertNear(head(response, map, 1), TinyHeads.expected(first + map, 3, THREE_10));
        }
      }
    }
  }

  private static void assertNear(HeadScores actual, double[] expected) {
    assertThat(actual.getScoresList()).hasSize(expected.length);
    actual
        .getScoresList()
        .forEach(
            score ->
                assertThat((double) score.getScore())
                    .isCloseTo(expected[score.getIndex()], within(1e-3)));
  }

  /** A failed run of one head does not affect another head's scores. */
  @Test
  void aHeadThatIsUnloadedFailsAlone() {
    registry.find("three").close();
    ScoreResponse response = score(TinyHeads.maps(1, 2), select("three@10", "two"));
    for (int map = 0; map < 2; map++) {
      HeadScores failed = head(response, map, 0);
      assertThat(failed.getHead()).isEqualTo("three");
      assertThat(failed.getVersion()).isEqualTo("10");
      assertThat(failed.getError().getCode()).isEqualTo(Code.UNAVAILABLE.value());
      assertThat(failed.getScoresCount()).isZero();
      assertScores(head(response, map, 1), TinyHeads.expected(map + 1, 2, TWO_1));
    }
  }

  /** Name and version are parsed also if there is no such version. */
  @Test
  void namesTheHeadThatFailed() {
    HeadScores failed = head(score(TinyHeads.maps(1), select("two@9", "two")), 0, 0);
    assertThat(failed.getHead()).isEqualTo("two");
    assertThat(failed.getVersion()).isEqualTo("9");
    assertThat(failed.getError().getMessage()).isEqualTo("the head two has no version 9; it has 1");
  }

  @Test
  void aMapWithHeadsOfItsOwnFailsAloneWithItsFirstHeadsError() {
    ScoreResponse response = score(TinyHeads.maps(1, 2), select("two@9", "nothing"), select("two"));
    assertThat(response.getMaps(0).getError().getMessage())
        .isEqualTo("the head two has no version 9; it has 1");
    assertScores(head(response, 1, 0), TinyHeads.expected(2, 2, TWO_1));
  }

  /** Quoted input fits into the 8 KiB that gRPC allows for a status. */
  @Test
  void keepsItsErrorsShort() {
    String longName = "x".repeat(100_000);
    FeatureMaps maps = TinyHeads.maps(1);
    assertShort(maps, longName, Code.NOT_FOUND);
    assertShort(maps, "two@" + longName, Code.NOT_FOUND);
    assertShort(maps.toBuilder().setBackbone(longName).build(), "two", Code.FAILED_PRECONDITION);
  }

  private void assertShort(FeatureMaps maps, String head, Code code) {
    assertThatThrownBy(() -> score(maps, select(head)))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).hasSizeLessThan(500).contains("xxx...");
            });
  }

  private ScoreResponse score(FeatureMaps maps, MapSelection... selections) {
    return score(maps, ElementType.FLOAT32, selections);
  }

  private ScoreResponse score(FeatureMaps maps, ElementType type, MapSelection... selections) {
    OutputForm form = new OutputForm(type, false);
    return scorer.score(
        new MapBatch(maps.getBackbone(), maps.getCount(), form, MapBytes.of(maps.getData())),
        Arrays.asList(selections));
  }

  private static MapSelection select(String... heads) {
    return MapSelection.newBuilder().addAllHeads(List.of(heads)).build();
  }

  private static HeadScores head(ScoreResponse response, int map, int index) {
    assertThat(response.getMaps(map).getError().getMessage()).isEmpty();
    return response.getMaps(map).getScores().getHeads(index);
  }

  private static void assertScores(HeadScores actual, double[] expected) {
    assertThat(actual.getError().getMessage()).isEmpty();
    assertThat(actual.getScoresList()).hasSize(expected.length);
    actual
        .getScoresList()
        .forEach(
            score ->
                assertThat((double) score.getScore())
                    .isCloseTo(expected[score.getIndex()], within(1e-5)));
  }
}
