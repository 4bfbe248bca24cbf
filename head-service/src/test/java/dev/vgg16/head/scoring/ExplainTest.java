package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.common.hash.Hashing;
import com.google.rpc.Status;
import dev.vgg16.head.api.RequestScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.inference.onnx.SessionSettings;
import dev.vgg16.inference.onnx.proto.AttributeProto;
import dev.vgg16.inference.onnx.proto.GraphProto;
import dev.vgg16.inference.onnx.proto.ModelProto;
import dev.vgg16.inference.onnx.proto.NodeProto;
import dev.vgg16.inference.onnx.proto.OperatorSetIdProto;
import dev.vgg16.inference.onnx.proto.TensorShapeProto;
import dev.vgg16.inference.onnx.proto.TypeProto;
import dev.vgg16.inference.onnx.proto.ValueInfoProto;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeatMap;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code seeing} has an explanation model, {@code squinting} one for other maps, and {@code two}
 * none.
 */
class ExplainTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "explained-heads");
  private static final List<String> LABELS = List.of("left", "right");

  @AutoClose private final Head seeing = load(FOLDER.resolve("seeing/1"));
  @AutoClose private final Head two = load(TinyHeads.FOLDER.resolve("two/1"));

  private final Map<String, Head> heads = Map.of("seeing", seeing, "two", two);

  @AutoClose private final BatchScorer batches = new BatchScorer(ScoreListener.NONE, 8);

  private final RequestScorer scorer =
      new RequestScorer(id -> HeadSource.retained(heads.get(id)), batches);

  @TempDir private Path folder;

  private static Head load(Path version) {
    return Head.load(HeadManifest.read(version), new OpenModels());
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
  void explainsTheMostProbableClassUnlessOneIsNamed() {
    FeatureMaps maps = TinyHeads.maps(1, 2, 3, 4);
    ScoreResponse response = score(maps, OutputForm.PLAIN, explain("", "seeing"));
    for (int map = 0; map < 4; map++) {
      HeadScores scores = scores(response, map).get(0);
      assertHeat(scores.getHeatMap(), maps, map, scores.getScores(0).getLabel(), 1e-5f);
    }
  }

  @Test
  void explainsOnlyTheMapsThatRequestIt() {
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
        score(TinyHeads.maps(1), OutputForm.PLAIN, explain("", "two", "seeing"));
    List<HeadScores> all = scores(response, 0);
    assertError(
        all.get(0).getError(),
        Code.FAILED_PRECONDITION,
        "the head two@1 can't be explained: its head.json lacks explain");
    assertThat(all.get(1).hasHeatMap()).isTrue();
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
  void refusesAHeadWhoseExplanationHasAnotherDigest() throws Exception {
    for (String file : List.of("head.json", "head.onnx")) {
      Files.copy(FOLDER.resolve("seeing/1").resolve(file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("explain.onnx"), "not a model");
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("explain.onnx is not the file that its manifest describes");
  }

  @Test
  void refusesAHeadWhoseExplanationIsForOtherMaps() {
    assertThatThrownBy(() -> load(FOLDER.resolve("squinting/1")))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("explain.onnx: its output must be [N, classes, height, width]")
        .hasMessageContaining("[2, 1, 2], and its rows are [2, 1, 3]");
  }

  /** It declares the right shapes and can't be run: only a test run detects that. */
  @Test
  void refusesAHeadWhoseExplanationCanNotBeRun() throws Exception {
    copySeeingWith(modelThatFails());
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("explain.onnx can't explain a map of [1, 2, 3]: ");
  }

  /** A file that was replaced after the test run is read once, until it changes again. */
  @Test
  void aReplacedExplanationIsRememberedUntilItChanges() throws Exception {
    copySeeingWith(explainOfSeeing());
    try (Head head = load(folder);
        RowBuffer maps = new RowBuffer(1, 1, 2, 3)) {
      Explainer explainer = head.explainer().orElseThrow();
      Path file = folder.resolve("explain.onnx");
      Files.delete(file);
      assertUnavailable(() -> explainer.heatMaps(maps, 1));
      Files.write(file, modelThatFails());
      ServingException first =
          catchThrowableOfType(ServingException.class, () -> explainer.heatMaps(maps, 1));
      assertThat(first.kind()).isEqualTo(ServingException.Kind.MISMATCH);
      assertThat(first).hasMessageContaining("is not the file that its manifest describes");
      assertThatThrownBy(() -> explainer.heatMaps(maps, 1)).isSameAs(first);
      assertThat(explainer.isOpen()).isFalse();
      Files.delete(file);
      assertUnavailable(() -> explainer.heatMaps(maps, 1));
      Files.write(file, explainOfSeeing());
      explainer.heatMaps(maps, 1).close();
      assertThat(explainer.isOpen()).isTrue();
    }
  }

  /** Such as a lack of memory: the file is that of the test run. */
  @Test
  void otherFailuresAreNotRemembered() throws Exception {
    copySeeingWith(explainOfSeeing());
    Path broken = Files.writeString(folder.resolve("broken.onnx"), "no model");
    AtomicInteger loads = new AtomicInteger();
    ModelFile explanation = HeadManifest.read(folder).explain().orElseThrow();
    try (Explainer explainer =
            Explainer.verified(
                explanation,
                2,
                List.of(1L, 2L, 3L),
                path ->
                    OnnxModel.load(
                        loads.incrementAndGet() == 2 ? broken : path,
                        SessionSettings.singleThread()));
        RowBuffer maps = new RowBuffer(1, 1, 2, 3)) {
      assertUnavailable(() -> explainer.heatMaps(maps, 1));
      explainer.heatMaps(maps, 1).close();
    }
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.UNAVAILABLE));
  }

  @Test
  void explainsAfterTheFileIsDeleted() throws Exception {
    copySeeingWith(explainOfSeeing());
    try (Head head = load(folder);
        RowBuffer maps = new RowBuffer(1, 1, 2, 3)) {
      Explainer explainer = head.explainer().orElseThrow();
      explainer.heatMaps(maps, 1).close();
      Files.delete(folder.resolve("explain.onnx"));
      try (RowBuffer heat = explainer.heatMaps(maps, 1)) {
        assertThat(heat.capacity()).isEqualTo(1);
      }
    }
  }

  private void copySeeingWith(byte[] explain) throws IOException {
    Files.copy(FOLDER.resolve("seeing/1/head.onnx"), folder.resolve("head.onnx"));
    Files.write(folder.resolve("explain.onnx"), explain);
    String manifest = Files.readString(FOLDER.resolve("seeing/1/head.json"));
    String was = Hashing.sha256().hashBytes(explainOfSeeing()).toString();
    assertThat(manifest).contains(was);
    Files.writeString(
        folder.resolve("head.json"),
        manifest.replace(was, Hashing.sha256().hashBytes(explain).toString()));
  }

  private static byte[] explainOfSeeing() throws IOException {
    return Files.readAllBytes(FOLDER.resolve("seeing/1/explain.onnx"));
  }

  /** Declares the output [N, 2, 1, 2], and computes another size from its input. */
  private static byte[] modelThatFails() {
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("fails")
                .addInput(tensor("features", 1, 2, 3))
                .addNode(node("NonZero", "places", "features"))
                .addNode(node("Shape", "two", "places"))
                .addNode(
                    node("Concat", "four", "two", "two")
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("axis")
                                .setType(AttributeProto.AttributeType.INT)
                                .setI(0)))
                .addNode(node("Reshape", "heat", "features", "four"))
                .addOutput(tensor("heat", 2, 1, 2)))
        .build()
        .toByteArray();
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllInput(List.of(inputs));
  }

  private static ValueInfoProto tensor(String name, long... row) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long size : row) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  private ScoreResponse score(FeatureMaps maps, OutputForm form, MapSelection... selections) {
    return scorer.score(
        new MapBatch("tiny", maps.getCount(), form, MapBytes.of(maps.getData())),
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
