package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.inference.onnx.SessionSettings;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackboneTest {

  /** The real network: an image's map must not depend on its neighbours. */
  @Test
  void givesAnImageTheSameMapAloneAndInABatch() throws OrtException {
    try (Backbone backbone = Backbones.vgg16();
        RowBuffer in = backbone.newInput(3);
        RowBuffer batch = backbone.newOutput(3);
        RowBuffer alone = backbone.newOutput(1)) {
      FloatBuffer floats = in.floats(3);
      Random random = new Random(3);
      while (floats.hasRemaining()) {
        floats.put(random.nextFloat() * 2 - 1);
      }
      backbone.run(0, in, 3, batch);
      in.move(2, 0);
      backbone.run(0, in, 1, alone);
      assertThat(batch.row(2)).isEqualTo(alone.row(0));
      assertThat(batch.row(0)).isNotEqualTo(alone.row(0));
      assertThat(alone.rowBytes()).isEqualTo(51_200);
    }
  }

  /** As on a GPU, whose sessions have sizes; the rows of the padding hold whatever was there. */
  @Test
  void paddingChangesNoMap() throws OrtException {
    BackboneManifest manifest = BackboneManifest.read(Backbones.VGG16);
    Path file = manifest.files().get(Precision.INT8).path();
    OnnxModel forFour = OnnxModel.load(file, SessionSettings.singleThread());
    try (Backbone exact = Backbones.vgg16();
        Backbone padded =
            new Backbone(
                manifest,
                Precision.INT8,
                ExecutionProvider.CPU,
                Set.of(),
                4,
                Sessions.bySize(List.of(Map.of(4, forFour))));
        RowBuffer in = exact.newInput(4);
        RowBuffer expected = exact.newOutput(4);
        RowBuffer maps = padded.newOutput(4)) {
      FloatBuffer floats = in.floats(4);
      Random random = new Random(5);
      while (floats.hasRemaining()) {
        floats.put(random.nextFloat() * 2 - 1);
      }
      in.floats(4).put(floats.capacity() - 1, Float.NaN);
      exact.run(0, in, 3, expected);
      padded.run(0, in, 3, maps);
      for (int row = 0; row < 3; row++) {
        assertThat(maps.row(row)).isEqualTo(expected.row(row));
      }
    }
  }

  /** Bit by bit, so that an answer does not depend on the load. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void givesTheSameMapOnOneThreadAndOnTwo(Precision precision) throws OrtException {
    assumeThat(BackboneManifest.read(Backbones.VGG16).present(precision)).isPresent();
    try (Backbone one = Backbones.vgg16(precision, 1);
        Backbone two = Backbones.vgg16(precision, 2);
        RowBuffer in = one.newInput(1);
        RowBuffer expected = one.newOutput(1);
        RowBuffer map = two.newOutput(1)) {
      FloatBuffer floats = in.floats(1);
      Random random = new Random(4);
      while (floats.hasRemaining()) {
        floats.put(random.nextFloat() * 2 - 1);
      }
      one.run(0, in, 1, expected);
      two.run(0, in, 1, map);
      assertThat(map.row(0)).isEqualTo(expected.row(0));
    }
  }

  /** In every precision whose file is there: int8's is part of the project. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void givesItsMapsInEveryForm(Precision precision) throws OrtException {
    assumeThat(BackboneManifest.read(Backbones.VGG16).present(precision)).isPresent();
    OutputForm halved = new OutputForm(ElementType.FLOAT16, false);
    OutputForm pooled = new OutputForm(ElementType.FLOAT32, true);
    try (Backbone backbone = Backbones.vgg16(precision, Set.of(halved, pooled));
        Backbone plain = Backbones.vgg16(precision, Set.of());
        RowBuffer in = backbone.newInput(2);
        RowBuffer expected = backbone.newOutput(2);
        RowBuffer maps = backbone.newOutput(2);
        RowBuffer halves = backbone.newOutput(halved, 2);
        RowBuffer means = backbone.newOutput(pooled, 2)) {
      FloatBuffer floats = in.floats(2);
      Random random = new Random(3);
      while (floats.hasRemaining()) {
        floats.put(random.nextFloat() * 2 - 1);
      }
      plain.run(0, in, 2, expected);
      backbone.run(0, in, 2, false, Map.of(OutputForm.PLAIN, maps, halved, halves, pooled, means));
      assertSame(maps.floats(2), expected.floats(2), precision);
      assertThat(halves.rowBytes()).isEqualTo(25_600);
      assertThat(means.rowBytes()).isEqualTo(2_048);
      for (int row = 0; row < 2; row++) {
        FloatBuffer map = maps.row(row).asFloatBuffer();
        double[] sums = new double[512];
        for (int i = 0; i < map.limit(); i++) {
          sums[i % 512] += map.get(i);
          assertThat(halves.row(row).getShort(i * Short.BYTES))
              .isEqualTo(Fp16Conversions.floatToFp16(map.get(i)));
        }
        for (int channel = 0; channel < 512; channel++) {
          assertThat((double) means.row(row).getFloat(channel * Float.BYTES))
              .isCloseTo(sums[channel] / 25, within(1e-5));
        }
      }
    }
  }

  /**
   * Bit by bit; but for float16 without a kernel for it, as here on the CPU, where ONNX Runtime is
   * free to leave out a rounding in between, and does so or not by what follows.
   */
  private static void assertSame(FloatBuffer maps, FloatBuffer expected, Precision precision) {
    float rounding = precision == Precision.FP16 ? 0x1p-9f : 0;
    while (maps.hasRemaining()) {
      float value = expected.get();
      assertThat(maps.get()).isCloseTo(value, within(value * rounding));
    }
  }
}
