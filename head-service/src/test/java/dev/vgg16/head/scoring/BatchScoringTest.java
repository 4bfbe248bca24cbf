package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.FeatureMaps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class BatchScoringTest {

  private static final ScoreOptions ALL = new ScoreOptions(0, false, Optional.empty());
  private static final ScoreOptions BEST = new ScoreOptions(1, false, Optional.empty());
  private static final ScoreOptions NOVELTY = new ScoreOptions(0, true, Optional.empty());

  private final List<String> runs = new ArrayList<>();

  @AutoClose private final Head two = load("two/1");
  @AutoClose private final Head three = load("three/10");

  @AutoClose
  private final BatchScorer scorer =
      new BatchScorer((head, maps, nanos) -> runs.add(head.id() + " x" + maps), 8);

  private static Head load(String version) {
    return Head.load(HeadManifest.read(TinyHeads.FOLDER.resolve(version)), new OpenModels());
  }

  private BatchScoring begin(FeatureMaps maps, ScoreOptions... options) {
    MapBatch batch =
        new MapBatch(
            maps.getBackbone(), maps.getCount(), OutputForm.PLAIN, MapBytes.of(maps.getData()));
    return scorer.begin(batch, new PerMap<>(List.of(options)));
  }

  @Test
  void eachHeadScoresItsMaps() {
    try (BatchScoring scoring = begin(TinyHeads.maps(5, 6, 7), ALL)) {
      HeadResult ofTwo = scoring.score(two, new int[] {0, 2});
      HeadResult ofThree = scoring.score(three, new int[] {1});
      assertScores(ofTwo, 0, TinyHeads.expected(5, 2, 2.0));
      assertScores(ofTwo, 2, TinyHeads.expected(7, 2, 2.0));
      assertScores(ofThree, 1, TinyHeads.expected(6, 3, 1.0));
    }
    assertThat(runs).containsExactly("two@1 x2", "three@10 x1");
  }

  @Test
  void eachMapHasItsOwnOptions() {
    try (BatchScoring scoring = begin(TinyHeads.maps(5, 6), ALL, BEST)) {
      HeadResult result = scoring.score(three, new int[] {0, 1});
      assertThat(scored(result, 0).classes().size()).isEqualTo(3);
      assertThat(scored(result, 1).classes().size()).isEqualTo(1);
    }
  }

  @Test
  void aHeadDoesNotRunForOptionsThatNoMapCanHave() {
    try (BatchScoring scoring = begin(TinyHeads.maps(5, 6), NOVELTY)) {
      assertThat(scoring.score(two, new int[] {0, 1})).isInstanceOf(HeadResult.Failed.class);
    }
    assertThat(runs).isEmpty();
  }

  @Test
  void anInvalidOptionFailsItsMapAlone() {
    try (BatchScoring scoring = begin(TinyHeads.maps(5, 6), NOVELTY, ALL)) {
      HeadResult result = scoring.score(two, new int[] {0, 1});
      assertFailed(result, 0, ServingException.Kind.MISMATCH);
      assertScores(result, 1, TinyHeads.expected(6, 2, 2.0));
    }
  }

  @Test
  void aMapThatIsNotFiniteFailsAlone() {
    ByteBuffer data = ByteBuffer.allocate(2 * 24).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(Float.NaN).position(24).put(TinyHeads.maps(6).getData().asReadOnlyByteBuffer());
    FeatureMaps maps =
        TinyHeads.maps(5, 6).toBuilder().setData(ByteString.copyFrom(data.array())).build();
    try (BatchScoring scoring = begin(maps, ALL)) {
      HeadResult result = scoring.score(two, new int[] {0, 1});
      assertFailed(result, 0, ServingException.Kind.INVALID_INPUT);
      assertScores(result, 1, TinyHeads.expected(6, 2, 2.0));
    }
  }

  private static MapResult.Scored scored(HeadResult result, int map) {
    return (MapResult.Scored) ((HeadResult.Scored) result).of(map);
  }

  private static void assertFailed(HeadResult result, int map, ServingException.Kind kind) {
    MapResult.Failed failed = (MapResult.Failed) ((HeadResult.Scored) result).of(map);
    assertThat(failed.cause())
        .isInstanceOfSatisfying(ServingException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static void assertScores(HeadResult result, int map, double[] expected) {
    RankedClasses classes = scored(result, map).classes();
    double[] scores = new double[classes.size()];
    for (int rank = 0; rank < classes.size(); rank++) {
      scores[classes.index(rank)] = classes.score(rank);
    }
    assertThat(scores).containsExactly(expected, within(1e-5));
  }
}
