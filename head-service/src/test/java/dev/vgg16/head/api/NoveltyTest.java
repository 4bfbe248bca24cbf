package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
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
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code knowing} has the statistics of its training, and {@code two} has none. */
class NoveltyTest {

  private static final Path KNOWING =
      Path.of("src", "test", "resources", "novelty-heads", "knowing", "1");

  /** Of the maps 1 to 3, by numpy. */
  private static final float[] DISTANCES = {2.67807f, 4.55988f, 5.32900f};

  private static final String NO_STATISTICS =
      "the head two@1 can't measure novelty: its head.json lacks features, ";

  @AutoClose private final Head knowing = load(KNOWING);
  @AutoClose private final Head two = load(TinyHeads.FOLDER.resolve("two/1"));

  @AutoClose private final BatchScorer batches = new BatchScorer(ScoreListener.NONE, 8);

  private final RequestScorer scorer =
      new RequestScorer(
          id -> HeadSource.retained(Map.of("knowing", knowing, "two", two).get(id)), batches);

  @TempDir private Path folder;

  private static Head load(Path version) {
    return Head.load(HeadManifest.read(version), new OpenModels());
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void isMeasuredOfWholeMaps(ElementType type) {
    assertDistances(score(form(TinyHeads.maps(1, 2, 3), type), type, false), type);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void isMeasuredOfPooledMaps(ElementType type) {
    FeatureMaps pooled = TinyHeads.averaged(TinyHeads.maps(1, 2, 3));
    assertDistances(score(form(pooled, type), type, true), type);
  }

  private ScoreResponse score(FeatureMaps maps, ElementType type, boolean pooled) {
    return score(maps, new OutputForm(type, pooled), novelty("knowing"));
  }

  private static FeatureMaps form(FeatureMaps maps, ElementType type) {
    return type == ElementType.FLOAT16 ? TinyHeads.float16(maps) : maps;
  }

  private static void assertDistances(ScoreResponse response, ElementType type) {
    for (int map = 0; map < DISTANCES.length; map++) {
      HeadScores scores = heads(response, map).get(0);
      assertThat(scores.getScoresCount()).isEqualTo(2);
      assertThat(scores.getNovelty().getThreshold()).isEqualTo(2.5f);
      assertThat(scores.getNovelty().getDistance())
          .isCloseTo(DISTANCES[map], within(type == ElementType.FLOAT32 ? 1e-4f : 1e-2f));
    }
  }

  @Test
  void isMeasuredOnlyForMapsThatRequestIt() {
    ScoreResponse response =
        score(
            TinyHeads.maps(1, 2, 3),
            OutputForm.PLAIN,
            plain("knowing"),
            novelty("knowing"),
            plain("two"));
    assertThat(heads(response, 0).get(0).hasNovelty()).isFalse();
    assertThat(heads(response, 1).get(0).getNovelty().getDistance())
        .isCloseTo(DISTANCES[1], within(1e-4f));
    assertThat(heads(response, 2).get(0).hasNovelty()).isFalse();
  }

  @Test
  void aHeadWithoutStatisticsFailsAlone() {
    ScoreResponse response = score(TinyHeads.maps(1), OutputForm.PLAIN, novelty("two", "knowing"));
    Status error = heads(response, 0).get(0).getError();
    assertThat(error.getCode()).isEqualTo(Code.FAILED_PRECONDITION.value());
    assertThat(error.getMessage()).startsWith(NO_STATISTICS);
    assertThat(heads(response, 0).get(1).hasNovelty()).isTrue();
  }

  @Test
  void aHeadWithoutStatisticsFailsOnlyForMapsThatRequestNovelty() {
    ScoreResponse response =
        score(TinyHeads.maps(1, 2), OutputForm.PLAIN, novelty("two"), plain("two"));
    assertThat(response.getMaps(0).getError().getMessage()).startsWith(NO_STATISTICS);
    assertThat(heads(response, 1).get(0).getScoresCount()).isEqualTo(2);
  }

  @Test
  void whenNoHeadHasStatisticsTheRequestFails() {
    assertThatThrownBy(() -> score(TinyHeads.maps(1, 2), OutputForm.PLAIN, novelty("two")))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith("FAILED_PRECONDITION: " + NO_STATISTICS);
  }

  @Test
  void aMapWithNaNHasNone() {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putFloat(Float.NaN);
    FeatureMaps maps =
        TinyHeads.maps(1).toBuilder().setData(ByteString.copyFrom(data.array())).build();
    ScoreResponse response = score(maps, OutputForm.PLAIN, novelty("knowing"));
    assertThat(response.getMaps(0).getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
  }

  @Test
  void statisticsOfAnotherNumberOfChannelsAreRefused() throws Exception {
    Files.copy(KNOWING.resolve("head.onnx"), folder.resolve("head.onnx"));
    String json = Files.readString(KNOWING.resolve("head.json"));
    Files.writeString(
        folder.resolve("head.json"),
        json.replaceFirst("\\s+-0.2", "0.1, 0.1").replaceFirst("\\s+0.01", "0.1, 0.1"));
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(ManifestException.class)
        .hasMessageEndingWith("its maps have 3 channels, and features.mean in head.json has 4");
  }

  private ScoreResponse score(FeatureMaps maps, OutputForm form, MapSelection... selections) {
    return scorer.score(
        new MapBatch(maps.getBackbone(), maps.getCount(), form, MapBytes.of(maps.getData())),
        List.of(selections));
  }

  private static MapSelection novelty(String... heads) {
    return plain(heads).toBuilder().setNovelty(true).build();
  }

  private static MapSelection plain(String... heads) {
    return MapSelection.newBuilder().addAllHeads(List.of(heads)).build();
  }

  private static List<HeadScores> heads(ScoreResponse response, int map) {
    assertThat(response.getMaps(map).getError().getMessage()).isEmpty();
    return response.getMaps(map).getScores().getHeadsList();
  }
}
