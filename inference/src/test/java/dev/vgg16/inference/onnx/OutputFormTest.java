package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import java.io.RandomAccessFile;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model `maps` returns its input of 2x3x4; the forms of that are tested. */
class OutputFormTest {

  private static final OutputForm HALVES = new OutputForm(ElementType.FLOAT16, false);
  private static final OutputForm POOLED = new OutputForm(ElementType.FLOAT32, true);
  private static final OutputForm POOLED_HALVES = new OutputForm(ElementType.FLOAT16, true);
  private static final Set<OutputForm> ALL =
      Set.of(OutputForm.PLAIN, HALVES, POOLED, POOLED_HALVES);

  private static final int ROWS = 512;
  private static final int CELLS = 6;
  private static final int CHANNELS = 4;

  @TempDir Path folder;

  private static OnnxModel load(Set<OutputForm> forms) {
    return OnnxModel.load(Fixtures.model("maps"), SessionSettings.singleThread(), forms);
  }

  /**
   * Every magnitude from the smallest to beyond float16's largest, and ties between two float16
   * values.
   */
  private static void fill(RowBuffer in) {
    Random random = new Random(5);
    FloatBuffer floats = in.floats(in.capacity());
    floats.put(new float[] {0f, -0f, 1f + 0x1p-11f, 1f + 3 * 0x1p-11f, 65504f, 65519.9f, 65520f});
    while (floats.hasRemaining()) {
      floats.put((float) Math.scalb(random.nextDouble() - 0.5, random.nextInt(-28, 19)));
    }
  }

  @Test
  void float16RoundsToNearestTiesToEven() throws Exception {
    try (OnnxModel model = load(Set.of(HALVES));
        RowBuffer in = new RowBuffer(ROWS, 2, 3, CHANNELS);
        RowBuffer out = new RowBuffer(ElementType.FLOAT16, ROWS, 2, 3, CHANNELS)) {
      fill(in);
      model.run(in, ROWS, Map.of(HALVES, out));
      FloatBuffer floats = in.floats(ROWS);
      ShortBuffer halves = out.rows(0, ROWS).asShortBuffer();
      while (floats.hasRemaining()) {
        float value = floats.get();
        assertThat(halves.get())
            .as("%s as float16", value)
            .isEqualTo(Fp16Conversions.floatToFp16(value));
      }
    }
  }

  @Test
  void everyFloat16IsReadAsItsValue() throws Exception {
    int rows = (1 << 16) / (CELLS * CHANNELS) + 1;
    try (Float32Cast cast = new Float32Cast();
        RowBuffer halves = new RowBuffer(ElementType.FLOAT16, rows, 2, 3, CHANNELS);
        RowBuffer floats = new RowBuffer(rows, 2, 3, CHANNELS)) {
      ShortBuffer in = halves.rows(0, rows).asShortBuffer();
      for (int i = 0; in.hasRemaining(); i++) {
        in.put((short) i);
      }
      cast.run(halves, rows, floats);
      FloatBuffer out = floats.floats(rows);
      for (int i = 0; out.hasRemaining(); i++) {
        // NaN equals NaN here.
        assertThat(out.get()).isEqualTo(Float.valueOf(Fp16Conversions.fp16ToFloat((short) i)));
      }
    }
  }

  @Test
  void pooledIsTheMeanOverHeightAndWidth() throws Exception {
    try (OnnxModel model = load(ALL);
        RowBuffer in = new RowBuffer(2, 2, 3, CHANNELS);
        RowBuffer plain = new RowBuffer(2, 2, 3, CHANNELS);
        RowBuffer pooled = new RowBuffer(2, CHANNELS);
        RowBuffer halves = new RowBuffer(ElementType.FLOAT16, 2, CHANNELS)) {
      FloatBuffer floats = in.floats(2);
      for (int i = 0; floats.hasRemaining(); i++) {
        floats.put((float) Math.sin(i));
      }
      model.run(in, 2, Map.of(OutputForm.PLAIN, plain, POOLED, pooled, POOLED_HALVES, halves));
      assertThat(plain.rows(0, 2)).isEqualTo(in.rows(0, 2));
      for (int map = 0; map < 2; map++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          double mean = 0;
          for (int cell = 0; cell < CELLS; cell++) {
            mean += Math.sin((map * CELLS + cell) * CHANNELS + channel) / CELLS;
          }
          float found = pooled.row(map).getFloat(channel * Float.BYTES);
          assertThat((double) found).isCloseTo(mean, within(1e-6));
          assertThat(halves.row(map).getShort(channel * Short.BYTES))
              .isEqualTo(Fp16Conversions.floatToFp16(found));
        }
      }
    }
  }

  @Test
  void everyFormIsOptional() throws Exception {
    try (OnnxModel model = load(Set.of(POOLED_HALVES, OutputForm.PLAIN));
        RowBuffer in = new RowBuffer(1, 2, 3, CHANNELS);
        RowBuffer plain = new RowBuffer(1, 2, 3, CHANNELS);
        RowBuffer halves = new RowBuffer(ElementType.FLOAT16, 1, CHANNELS)) {
      in.row(0).putFloat(0, 6);
      model.run(in, 1, plain);
      assertThat(plain.row(0)).isEqualTo(in.row(0));
      model.run(in, 1, Map.of(POOLED_HALVES, halves));
      assertThat(halves.row(0).getShort(0)).isEqualTo(Fp16Conversions.floatToFp16(1));
      assertThat(model.outputName()).isEqualTo("y");
      assertThat(model.outputRowShape()).containsExactly(2L, 3L, 4L);
    }
  }

  @Test
  void aModelWithTwoOutputsIsRefused() {
    Path file = Fixtures.model("two_outputs");
    assertThatThrownBy(() -> OnnxModel.load(file, SessionSettings.singleThread(), ALL))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(file + " must have one output, and has [y, z]");
  }

  @Test
  void anInvalidModelIsRefusedInOneLine() throws Exception {
    byte[] whole = Files.readAllBytes(Fixtures.model("maps"));
    for (byte[] content : new byte[][] {{}, {1, 2, 3}, Arrays.copyOf(whole, whole.length / 2)}) {
      Path file = Files.write(folder.resolve("bad.onnx"), content);
      assertThatThrownBy(() -> OnnxModel.load(file, SessionSettings.singleThread(), ALL))
          .isInstanceOf(ModelLoadException.class)
          .message()
          .startsWith(file.toString())
          .doesNotContain("\n");
    }
  }

  /** A sparse file, which takes no disk space. */
  @Test
  void aFileThatIsTooLargeIsRefused() throws Exception {
    Path huge = folder.resolve("huge.onnx");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    assertThatThrownBy(() -> OnnxModel.load(huge, SessionSettings.singleThread(), Set.of(POOLED)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("huge.onnx can't be loaded: it has 3,221,225,472 bytes");
  }
}
