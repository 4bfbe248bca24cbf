package dev.vgg16.head.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.rpc.Status;
import dev.vgg16.head.head.BatchScorer.ScoreListener;
import dev.vgg16.serving.manifest.ManifestException;
import dev.vgg16.serving.onnx.ElementType;
import dev.vgg16.serving.onnx.OutputForm;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeatMap;
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
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code seeing} has a graph that explains it, {@code squinting} one of other maps, and {@code two}
 * has none.
 */
class ExplainTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "explained-heads");
  private static final List<String> LABELS = List.of("left", "right");

  @AutoClose private final Head seeing = load(FOLDER.resolve("seeing/1"));
  @AutoClose private final Head squinting = load(FOLDER.resolve("squinting/1"));
  @AutoClose private final Head two = load(TinyHeads.FOLDER.resolve("two/1"));

  private final Map<String, Head> heads =
      Map.of("seeing", seeing, "squinting", squinting, "two", two);

  @AutoClose
  private final BatchScorer scorer =
      new BatchScorer(id -> HeadSource.retained(heads.get(id)), ScoreListener.NONE, 8);

  @TempDir private Path folder;

  private static Head load(Path version) {
    return Head.load(HeadManifest.read(version));
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void showsTheClassThatIsAskedFor(ElementType type) {
    FeatureMaps maps = TinyHeads.maps(1, 2, 3, 4);
    boolean half = type == ElementType.FLOAT16;
    for (String label : LABELS) {
      ScoreResponse response =
          score(
              half ? TinyHeads.float16(maps) : maps,
              new OutputForm(type, false),
              explain(label, "seeing"));
      for (int map = 0; map < 4; map++) {
        HeadScores scores = scores(response, map).get(0);
        assertThat(scores.getScoresCount()).isEqualTo(2);
        assertHeat(scores.getHeatMap(), maps, map, label, half ? 1e-2f : 1e-5f);
      }
    }
  }

  @Test
  void showsTheMostProbableClassUnlessOneIsNamed() {
    FeatureMaps maps = TinyHeads.maps(1, 2, 3, 4);
    ScoreResponse response = score(maps, OutputForm.PLAIN, explain("", "seeing"));
    for (int map = 0; map < 4; map++) {
      HeadScores scores = scores(response, map).get(0);
      assertHeat(scores.getHeatMap(), maps, map, scores.getScores(0).getLabel(), 1e-5f);
    }
  }

  @Test
  void showsItForThoseMapsAloneThatAsk() {
    FeatureMaps maps = TinyHeads.maps(1, 2, 3);
    ScoreResponse response =
        score(
            maps,
            OutputForm.PLAIN,
            MapSelection.newBuilder().addHeads("two").build(),
            MapSelection.newBuilder().addHeads("seeing").build(),
            explain("right", "seeing"));
    assertThat(scores(response, 0).get(0).hasHeatMap()).isFalse();
    assertThat(scores(response, 1).get(0).hasHeatMap()).isFalse();
    assertHeat(scores(response, 2).get(0).getHeatMap(), maps, 2, "right", 1e-5f);
  }

  @Test
  void aHeadThatCanNotBeExplainedFailsAlone() {
    ScoreResponse response =
        score(TinyHeads.maps(1), OutputForm.PLAIN, explain("", "two", "squinting", "seeing"));
    List<HeadScores> all = scores(response, 0);
    assertError(
        all.get(0).getError(),
        Code.FAILED_PRECONDITION,
        "the head two@1 can't be explained: its head.json lacks explain");
    assertThat(all.get(1).getError().getCode()).isEqualTo(Code.FAILED_PRECONDITION.value());
    assertThat(all.get(1).getError().getMessage())
        .contains("its output must be [N, classes, height, width], [2, 1, 2]");
    assertThat(all.get(2).hasHeatMap()).isTrue();
  }

  @Test
  void anUnknownClassFailsThatMapAlone() {
    ScoreResponse response =
        score(
            TinyHeads.maps(1, 2),
            OutputForm.PLAIN,
            explain("up", "seeing"),
            explain("left", "seeing"));
    assertError(
        response.getMaps(0).getError(),
        Code.INVALID_ARGUMENT,
        "explain.label: is no class of the head seeing@1; its classes are left, right");
    assertThat(scores(response, 1).get(0).hasHeatMap()).isTrue();
  }

  @Test
  void needsWholeMaps() {
    assertThatThrownBy(
            () ->
                score(
                    TinyHeads.averaged(TinyHeads.maps(1)),
                    new OutputForm(ElementType.FLOAT32, true),
                    explain("", "seeing")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION))
        .hasMessageContaining("needs whole maps of [1, 2, 3] to tell where it sees a class");
  }

  @Test
  void refusesAHeadWhoseGraphIsAnother() throws Exception {
    for (String file : List.of("head.json", "head.onnx")) {
      Files.copy(FOLDER.resolve("seeing/1").resolve(file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("explain.onnx"), "no graph");
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("explain.onnx is not the file that its manifest describes");
  }

  private ScoreResponse score(FeatureMaps maps, OutputForm form, MapSelection... selections) {
    return scorer.score(
        new MapBatch("tiny", maps.getCount(), form, MapData.of(maps.getData())),
        List.of(selections));
  }

  private static MapSelection explain(String label, String... heads) {
    return MapSelection.newBuilder()
        .addAllHeads(List.of(heads))
        .setExplain(Explain.newBuilder().setLabel(label))
        .build();
  }

  private static List<HeadScores> scores(ScoreResponse response, int map) {
    return response.getMaps(map).getScores().getHeadsList();
  }

  private static void assertError(Status error, Code code, String message) {
    assertThat(error.getCode()).isEqualTo(code.value());
    assertThat(error.getMessage()).startsWith(message);
  }

  /** Against the same sum, computed here. */
  private static void assertHeat(
      HeatMap actual, FeatureMaps maps, int map, String label, float tolerance) {
    assertThat(actual.getLabel()).isEqualTo(label);
    assertThat(actual.getHeight()).isEqualTo(1);
    assertThat(actual.getWidth()).isEqualTo(2);
    ByteBuffer data = maps.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double[] heat = new double[2];
    for (int cell = 0; cell < 2; cell++) {
      for (int channel = 0; channel < 3; channel++) {
        heat[cell] +=
            data.getFloat(4 * (6 * map + 3 * cell + channel))
                * Math.sin(channel * 7 + LABELS.indexOf(label) * 3);
      }
      heat[cell] = Math.max(0, heat[cell]);
    }
    double most = Optional.of(Math.max(heat[0], heat[1])).filter(value -> value > 0).orElse(1.0);
    for (int cell = 0; cell < 2; cell++) {
      assertThat(actual.getValues(cell)).isCloseTo((float) (heat[cell] / most), within(tolerance));
    }
  }
}
