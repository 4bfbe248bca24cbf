package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.rpc.Status;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maps averaged over height and width; {@code mean} accepts them, {@code two} doesn't. */
class PooledMapsTest {

  private static final Path HEADS = Path.of("src", "test", "resources", "pooling-heads");

  @AutoClose private final Head mean = load(HEADS.resolve("mean/1"));
  @AutoClose private final Head two = load(TinyHeads.FOLDER.resolve("two/1"));

  @AutoClose private final BatchScorer batches = new BatchScorer(ScoreListener.NONE, 8);

  private final RequestScorer scorer =
      new RequestScorer(
          id -> HeadSource.retained(Map.of("mean", mean, "two", two).get(id)), batches);

  @TempDir Path folder;

  private static Head load(Path version) {
    return Head.load(HeadManifest.read(version), new OpenModels());
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void areScoredAsTheWholeOnes(ElementType type) {
    FeatureMaps whole = TinyHeads.maps(1, 2, 3);
    FeatureMaps pooled = TinyHeads.averaged(whole);
    FeatureMaps sent = type == ElementType.FLOAT32 ? pooled : TinyHeads.float16(pooled);
    ScoreResponse expected = score(whole, OutputForm.PLAIN, "mean");
    ScoreResponse scored = score(sent, new OutputForm(type, true), "mean");
    float tolerance = type == ElementType.FLOAT32 ? 1e-6f : 1e-3f;
    for (int map = 0; map < 3; map++) {
      List<ClassScore> scores = heads(scored, map).get(0).getScoresList();
      assertThat(scores).hasSize(2);
      for (int rank = 0; rank < 2; rank++) {
        ClassScore wanted = heads(expected, map).get(0).getScores(rank);
        assertThat(scores.get(rank).getLabel()).isEqualTo(wanted.getLabel());
        assertThat(scores.get(rank).getScore()).isCloseTo(wanted.getScore(), within(tolerance));
      }
    }
  }

  @Test
  void areRefusedByAHeadThatNeedsWholeOnes() {
    FeatureMaps maps = TinyHeads.averaged(TinyHeads.maps(1));
    assertThatThrownBy(() -> score(maps, new OutputForm(ElementType.FLOAT32, true), "two"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              Status status = Statuses.toProto(e);
              assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION.value());
              assertThat(status.getMessage())
                  .isEqualTo("the head two@1 needs whole maps of [1, 2, 3], and these are pooled");
              assertThat(Statuses.hasReason(status, Reason.WHOLE_MAPS_NEEDED)).isTrue();
            });
  }

  @Test
  void areRefusedByOneHeadAndScoredByAnother() {
    FeatureMaps maps = TinyHeads.averaged(TinyHeads.maps(1));
    ScoreResponse scored = score(maps, new OutputForm(ElementType.FLOAT32, true), "two", "mean");
    List<HeadScores> heads = heads(scored, 0);
    assertThat(Statuses.hasReason(heads.get(0).getError(), Reason.WHOLE_MAPS_NEEDED)).isTrue();
    assertThat(heads.get(1).hasError()).isFalse();
  }

  @Test
  void ofTheWrongSizeAreRefusedWithTheirSize() {
    FeatureMaps maps = TinyHeads.maps(1);
    assertThatThrownBy(() -> score(maps, new OutputForm(ElementType.FLOAT32, true), "mean"))
        .hasMessageContaining("has 24 bytes; 1 float32 maps of [1, 1, 3], 12 bytes each, have 12");
  }

  @Test
  void aHeadThatWronglyDeclaresItIsRefusedInOneLine() {
    assertThatCode(mean::warmUp).doesNotThrowAnyException();
    try (Head peak = load(HEADS.resolve("peak/1"))) {
      assertThatThrownBy(peak::warmUp)
          .isInstanceOf(ManifestException.class)
          .message()
          .contains("head.onnx: \"pooling\" in head.json says", "the scores differ by")
          .hasLineCount(1);
    }
  }

  @Test
  void aHeadWithAnOpenMapShapeMustDeclareIt() throws Exception {
    for (String name : List.of("head.json", "head.onnx")) {
      Files.copy(HEADS.resolve("mean/1").resolve(name), folder.resolve(name));
    }
    Path manifest = folder.resolve("head.json");
    Files.writeString(manifest, Files.readString(manifest).replace("\"input\"", "\"in\""));
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("head.json must have input.shape");
  }

  private ScoreResponse score(FeatureMaps maps, OutputForm form, String... heads) {
    MapSelection selection = MapSelection.newBuilder().addAllHeads(List.of(heads)).build();
    return scorer.score(
        new MapBatch(maps.getBackbone(), maps.getCount(), form, MapBytes.of(maps.getData())),
        List.of(selection));
  }

  private static List<HeadScores> heads(ScoreResponse response, int map) {
    return response.getMaps(map).getScores().getHeadsList();
  }
}
