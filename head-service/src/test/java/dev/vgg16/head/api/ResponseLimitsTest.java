package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Responses that would be too large are refused before a head runs. */
class ResponseLimitsTest {

  private final HeadRegistry registry = TinyHeads.load();
  private final List<String> runs = new ArrayList<>();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void aSelectionOverTheLimitFailsAlone() {
    long two = bytes(select(0, "three", "three"));
    ScoreResponse response =
        score(
            new ResponseLimits((int) two, 1 << 20),
            TinyHeads.maps(1, 2, 3),
            select(0, "three", "three"),
            select(0, "three", "three", "two"),
            select(1, "three"));
    assertThat(response.getMaps(0).getScores().getHeadsCount()).isEqualTo(2);
    assertThat(response.getMaps(1).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
    assertThat(response.getMaps(1).getError().getMessage())
        .startsWith("top_k: the scores asked for may take ")
        .endsWith("ask for fewer heads, or for fewer classes by top_k");
    assertThat(response.getMaps(2).getScores().getHeads(0).getScoresCount()).isEqualTo(1);
    assertThat(runs).containsExactly("three@10 x2");
  }

  @Test
  void fewerClassesFit() {
    ResponseLimits limits = new ResponseLimits((int) bytes(select(1, "three")), 1 << 20);
    assertThatThrownBy(() -> score(limits, TinyHeads.maps(1), select(0, "three")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT));
    assertThat(runs).isEmpty();
    assertThat(score(limits, TinyHeads.maps(1), select(1, "three")).getMapsCount()).isEqualTo(1);
  }

  @Test
  void moreMapsThanAResponseHoldsAreRefusedAtOnce() {
    long each = bytes(select(0, "two"));
    ResponseLimits limits = new ResponseLimits(1 << 20, (int) (2 * each));
    assertIsTooLarge(limits, TinyHeads.maps(1, 2, 3), select(0, "two"));
    MapSelection[] own = {select(0, "two"), select(0, "two"), select(0, "two")};
    assertIsTooLarge(limits, TinyHeads.maps(1, 2, 3), own);
    assertThat(runs).isEmpty();
    assertThat(score(limits, TinyHeads.maps(1, 2), select(0, "two")).getMapsCount()).isEqualTo(2);
  }

  /** Names of unknown heads: the response has an error for each. */
  @Test
  void failuresCountToo() {
    ResponseLimits limits = new ResponseLimits(1 << 20, 10_000);
    MapSelection[] selections =
        IntStream.range(0, 8)
            .mapToObj(map -> select(0, names("none-of-this-name-" + map + "-", 32)))
            .toArray(MapSelection[]::new);
    assertIsTooLarge(limits, TinyHeads.maps(1, 2, 3, 4, 5, 6, 7, 8), selections);
    assertThat(runs).isEmpty();
  }

  /** A refused request releases its references to heads. */
  @Test
  void refusalsReleaseTheirHeads() {
    Head head = registry.find("two");
    assertIsTooLarge(new ResponseLimits(1 << 20, 10), TinyHeads.maps(1), select(0, "two"));
    registry.close();
    assertThat(head.retain()).isFalse();
  }

  @Test
  void theEstimateIsAtLeastTheSizeThatIsSent() {
    for (String name : List.of("two", "three", "three@2")) {
      for (int topK = 0; topK < 5; topK++) {
        MapSelection selection = select(topK, name);
        ScoreResponse response = score(ResponseLimits.CONTRACT, TinyHeads.maps(7), selection);
        assertThat((long) response.getMaps(0).getSerializedSize())
            .isLessThanOrEqualTo(bytes(selection));
      }
    }
  }

  /** With the longest names; no head runs for a response that is not sent. */
  @Test
  void theEstimateOfErrorsIsAtLeastTheSizeThatIsSent() {
    String[] names = names("\u732b".repeat(80), 20);
    names[0] = "two";
    ScoreResponse sent = score(ResponseLimits.CONTRACT, TinyHeads.maps(1), select(0, names));
    runs.clear();
    assertIsTooLarge(
        new ResponseLimits(1 << 20, sent.getMaps(0).getSerializedSize() - 1),
        TinyHeads.maps(1),
        select(0, names));
    assertThat(runs).isEmpty();
  }

  /** The contract guarantees that 16 maps fit into a response. */
  @Test
  void sixteenMapsOfTheLargestSizeFit() {
    ResponseLimits limits = ResponseLimits.CONTRACT;
    assertThat(limits.refusal(1 << 20)).isEmpty();
    assertThat(limits.refusal((1 << 20) + 1)).isPresent();
    limits.check(16L * limits.mapBytes());
    assertThatThrownBy(() -> limits.check(16L * limits.mapBytes() + 1))
        .isInstanceOf(ServingException.class);
  }

  /** With the most heads of a request, each with an error of the largest size. */
  @Test
  void failuresOfOneMapFit() {
    String[] names = names("x".repeat(250) + "-", 255);
    names[0] = "two";
    ScoreResponse response = score(ResponseLimits.CONTRACT, TinyHeads.maps(1), select(0, names));
    MapScores map = response.getMaps(0);
    assertThat(map.getScores().getHeadsCount()).isEqualTo(255);
    assertThat(map.getSerializedSize()).isLessThan(ResponseLimits.CONTRACT.mapBytes());
  }

  private void assertIsTooLarge(
      ResponseLimits limits, FeatureMaps maps, MapSelection... selections) {
    assertThatThrownBy(() -> score(limits, maps, selections))
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServingException.Kind.INVALID_INPUT);
              assertThat(e.field()).hasValue("selections");
              assertThat(e.reason()).hasValue(Reason.ANSWER_TOO_LARGE);
              assertThat(e).hasMessageEndingWith("send fewer maps at a time");
            });
  }

  private long bytes(MapSelection selection) {
    return selection.getHeadsList().stream()
        .mapToLong(
            name -> {
              return registry
                  .find(name)
                  .responseSize()
                  .bytes(HeadSelection.of(selection).options());
            })
        .sum();
  }

  private ScoreResponse score(ResponseLimits limits, FeatureMaps maps, MapSelection... selections) {
    try (BatchScorer batches =
        new BatchScorer((head, count, nanos) -> runs.add(head.id() + " x" + count), 8)) {
      return new RequestScorer(registry, batches, AnswerListener.NONE, limits)
          .score(
              new MapBatch(
                  maps.getBackbone(),
                  maps.getCount(),
                  new OutputForm(ElementType.FLOAT32, false),
                  MapBytes.of(maps.getData())),
              List.of(selections));
    }
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  private static MapSelection select(int topK, String... heads) {
    return MapSelection.newBuilder().addAllHeads(List.of(heads)).setTopK(topK).build();
  }
}
