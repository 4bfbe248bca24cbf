package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtException;
import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OpenVinoPlugin;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real network on OpenVINO's provider, compared with the CPU provider. */
class OpenVinoBackboneTest {

  private static final int MAX_BATCH = 4;
  private static final OutputForm POOLED = new OutputForm(ElementType.FLOAT32, true);

  /** In every batch size, and with the rest of a batch's rows left alone. */
  @ParameterizedTest
  @CsvSource({"INT8, INT8, 0.998", "FP32, FP32, 0.9999999", "BF16, FP32, 0.9999"})
  void givesTheMapsOfTheCpuProvider(Precision precision, Precision same, double leastCosine)
      throws OrtException {
    assumeUsable(precision);
    try (Backbone backbone = load(precision, Set.of());
        Backbone cpu = Backbones.vgg16(same, Set.of());
        RowBuffer in = images(cpu);
        RowBuffer expected = cpu.newOutput(MAX_BATCH);
        RowBuffer maps = backbone.newOutput(MAX_BATCH)) {
      assertThat(backbone.provider()).hasToString("openvino");
      assertThat(backbone.maxBatch()).isEqualTo(MAX_BATCH);
      cpu.run(0, in, MAX_BATCH, expected);
      for (int count = 1; count <= MAX_BATCH; count++) {
        backbone.run(0, in, count, maps);
        for (int row = 0; row < count; row++) {
          assertThat(cosine(maps.row(row), expected.row(row)))
              .as("batch of %d, row %d", count, row)
              .isGreaterThan(leastCosine);
        }
      }
    }
  }

  /** Who asks for float32 gets it, also where the processor has bfloat16. */
  @Test
  void float32IsNotRounded() throws OrtException {
    assertThat(differenceFromFloat32(Precision.FP32)).isLessThan(1e-4);
  }

  /** OpenVINO falls back to float32 in silence where it can't; then the maps would be the same. */
  @Test
  void bfloat16IsReallyComputedIn() throws OrtException {
    assertThat(differenceFromFloat32(Precision.BF16)).isGreaterThan(1e-3);
  }

  /** The largest, of an image's map from that of the CPU provider in float32. */
  private static double differenceFromFloat32(Precision precision) throws OrtException {
    assumeUsable(precision);
    try (Backbone backbone = load(precision, Set.of());
        Backbone cpu = Backbones.vgg16(Precision.FP32, Set.of());
        RowBuffer in = images(cpu);
        RowBuffer expected = cpu.newOutput(1);
        RowBuffer maps = backbone.newOutput(1)) {
      cpu.run(0, in, 1, expected);
      backbone.run(0, in, 1, maps);
      return largestDifference(maps.row(0), expected.row(0));
    }
  }

  @Test
  void bfloat16IsRefusedWhereTheProcessorHasNone() {
    CpuFeatures without = new CpuFeatures(true, false, false);
    BackboneLoader loader =
        new BackboneLoader(
            options(Precision.BF16), Set.of(), without, 2, provider -> Optional.empty());
    assumeThat(BackboneManifest.read(Backbones.VGG16).present(Precision.FP32)).isPresent();
    assertThatThrownBy(loader::load)
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("needs a processor with AMX or AVX-512 BF16");
  }

  @Test
  void givesItsMapsInEveryForm() throws OrtException {
    assumeUsable(Precision.INT8);
    try (Backbone backbone = load(Precision.INT8, Set.of(POOLED));
        RowBuffer in = images(backbone);
        RowBuffer maps = backbone.newOutput(2);
        RowBuffer means = backbone.newOutput(POOLED, 2)) {
      backbone.run(0, in, 2, false, Map.of(OutputForm.PLAIN, maps, POOLED, means));
      for (int channel = 0; channel < 512; channel++) {
        int offset = channel;
        FloatBuffer map = maps.row(1).asFloatBuffer();
        double mean =
            IntStream.range(0, 25)
                .mapToDouble(i -> map.get(512 * i + offset))
                .average()
                .getAsDouble();
        assertThat(means.row(1).getFloat(channel * Float.BYTES))
            .isCloseTo((float) mean, within(1e-4f));
      }
    }
  }

  /** ONNX Runtime crashes the process when a session is closed during a run. */
  @Test
  void canBeClosedDuringRuns() throws Exception {
    assumeUsable(Precision.INT8);
    Backbone backbone = load(Precision.INT8, Set.of());
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<CountDownLatch> begun = List.of(new CountDownLatch(1), new CountDownLatch(1));
    List<Future<String>> ends =
        IntStream.range(0, 2)
            .mapToObj(i -> threads.submit(() -> runUntilClosed(backbone, i, begun.get(i))))
            .toList();
    for (CountDownLatch latch : begun) {
      latch.await();
    }
    backbone.close();
    for (Future<String> end : ends) {
      assertThat(end.get()).isEqualTo("the model is unloaded");
    }
    threads.shutdown();
  }

  private static String runUntilClosed(Backbone backbone, int instance, CountDownLatch begun)
      throws OrtException {
    try (RowBuffer in = images(backbone);
        RowBuffer maps = backbone.newOutput(MAX_BATCH)) {
      while (true) {
        backbone.run(instance, in, 1, maps);
        begun.countDown();
      }
    } catch (ServingException e) {
      return e.getMessage();
    } finally {
      begun.countDown();
    }
  }

  private static void assumeUsable(Precision precision) {
    boolean inCi = "true".equals(System.getenv("CI"));
    if (inCi && System.getProperty("os.name").equals("Linux")) {
      assertThat(OpenVinoPlugin.isIn(Backbones.OPENVINO.libraries()))
          .as("in CI the libraries are fetched before the tests")
          .isEqualTo(System.getProperty("os.arch").equals("amd64"));
    }
    assumeThat(OpenVinoPlugin.problem(Backbones.OPENVINO)).isEmpty();
    assumeThat(BackboneManifest.read(Backbones.VGG16).present(precision)).isPresent();
    assumeThat(precision != Precision.BF16 || CpuFeatures.detect().bfloat16())
        .as("the processor has bfloat16")
        .isTrue();
  }

  private static Backbone load(Precision precision, Set<OutputForm> forms) {
    return new BackboneLoader(options(precision), forms).load();
  }

  private static BackboneOptions options(Precision precision) {
    return new BackboneOptions(
        Backbones.VGG16,
        Optional.of(precision),
        ProviderChoice.OPENVINO,
        new ExecutionProvider.Cuda(0, 0),
        Backbones.OPENVINO,
        2,
        0,
        false,
        MAX_BATCH);
  }

  private static RowBuffer images(Backbone backbone) {
    RowBuffer in = backbone.newInput(MAX_BATCH);
    FloatBuffer floats = in.floats(MAX_BATCH);
    Random random = new Random(7);
    while (floats.hasRemaining()) {
      floats.put(random.nextFloat() * 2 - 1);
    }
    return in;
  }

  private static double largestDifference(ByteBuffer map, ByteBuffer expected) {
    FloatBuffer a = map.asFloatBuffer();
    FloatBuffer b = expected.asFloatBuffer();
    return IntStream.range(0, a.limit())
        .mapToDouble(i -> Math.abs(a.get(i) - b.get(i)))
        .max()
        .orElseThrow();
  }

  private static double cosine(ByteBuffer map, ByteBuffer expected) {
    FloatBuffer a = map.asFloatBuffer();
    FloatBuffer b = expected.asFloatBuffer();
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.limit(); i++) {
      product += (double) a.get(i) * b.get(i);
      squaresA += (double) a.get(i) * a.get(i);
      squaresB += (double) b.get(i) * b.get(i);
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
