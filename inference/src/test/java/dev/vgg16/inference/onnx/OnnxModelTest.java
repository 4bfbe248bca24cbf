package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OnnxModelTest {

  private static final float[] OFFSET = {10, 20, 30};

  private static void fill(RowBuffer in, int rows, float first) {
    FloatBuffer floats = in.floats(rows);
    for (int i = 0; floats.hasRemaining(); i++) {
      floats.put(first + i);
    }
  }

  /** The output of the model `affine` for {@link #fill}. */
  private static float[] affine(int rows, float first) {
    float[] expected = new float[rows * 6];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = 2 * (first + i) + OFFSET[i % 3];
    }
    return expected;
  }

  private static float[] read(RowBuffer out, int rows) {
    float[] values = new float[rows * out.rowBytes() / Float.BYTES];
    out.floats(rows).get(values);
    return values;
  }

  @Test
  void readsItsPorts() {
    try (OnnxModel affine = Fixtures.load("affine");
        OnnxModel pairs = Fixtures.load("pairs")) {
      assertThat(affine.inputName()).isEqualTo("x");
      assertThat(affine.outputName()).isEqualTo("y");
      assertThat(affine.inputRowShape()).containsExactly(2L, 3L);
      assertThat(affine.outputRowShape()).containsExactly(2L, 3L);
      assertThat(pairs.inputRowShape()).containsExactly(-1L, 2L);
      assertThat(pairs.outputRowShape()).containsExactly(-1L);
    }
  }

  @Test
  void writesOnlyTheRequestedRows() throws Exception {
    try (OnnxModel model = Fixtures.load("affine");
        RowBuffer in = new RowBuffer(8, 2, 3);
        RowBuffer out = new RowBuffer(8, 2, 3)) {
      for (int count : new int[] {1, 8, 3, 1, 7, 8}) {
        fill(in, 8, count);
        out.floats(8).put(new float[48]);
        model.run(in, count, out);
        assertThat(read(out, count)).containsExactly(affine(count, count));
        assertThat(read(out, 8)[47]).isEqualTo(count == 8 ? affine(8, count)[47] : 0);
      }
    }
  }

  @Test
  void theSameBuffersServeSeveralModels() throws Exception {
    try (RowBuffer in = new RowBuffer(2, 2, 3);
        RowBuffer out = new RowBuffer(2, 2, 3)) {
      for (int i = 0; i < 3; i++) {
        try (OnnxModel model = Fixtures.load("affine")) {
          fill(in, 2, i);
          model.run(in, 2, out);
          assertThat(read(out, 2)).containsExactly(affine(2, i));
        }
      }
    }
  }

  @Test
  void buffersOfAnotherShapeAreAnError() throws Exception {
    try (OnnxModel model = Fixtures.load("affine");
        RowBuffer right = new RowBuffer(2, 2, 3);
        RowBuffer wrong = new RowBuffer(2, 7)) {
      assertThatThrownBy(() -> model.run(wrong, 2, right)).isInstanceOf(OrtException.class);
      assertThatThrownBy(() -> model.run(right, 2, wrong)).isInstanceOf(OrtException.class);
      assertThatThrownBy(() -> model.run(right, 3, right))
          .isInstanceOf(IndexOutOfBoundsException.class);
      model.run(right, 2, right);
    }
  }

  @Test
  void aClosedModelRefusesToRun() throws Exception {
    try (RowBuffer in = new RowBuffer(1, 2, 3);
        RowBuffer out = new RowBuffer(1, 2, 3)) {
      OnnxModel model = Fixtures.load("affine");
      model.close();
      model.close();
      assertThatThrownBy(() -> model.run(in, 1, out))
          .isInstanceOfSatisfying(
              ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
  }

  /** Without reference counting ONNX Runtime would crash the process. */
  @Test
  void closingDuringRunsLetsThemFinish() throws Exception {
    for (int round = 0; round < 25; round++) {
      OnnxModel model = Fixtures.load("affine");
      ConcurrentLinkedQueue<Throwable> ends = new ConcurrentLinkedQueue<>();
      CountDownLatch inProgress = new CountDownLatch(4);
      List<Thread> callers = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        float first = c;
        callers.add(new Thread(() -> ends.add(runUntilRefused(model, first, inProgress))));
      }
      callers.forEach(Thread::start);
      inProgress.await();
      model.close();
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(ends)
          .hasSize(4)
          .allSatisfy(
              end ->
                  assertThat(end)
                      .isInstanceOfSatisfying(
                          ServingException.class,
                          e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE)));
    }
  }

  private static Throwable runUntilRefused(
      OnnxModel model, float first, CountDownLatch inProgress) {
    try (RowBuffer in = new RowBuffer(4, 2, 3);
        RowBuffer out = new RowBuffer(4, 2, 3)) {
      fill(in, 4, first);
      while (true) {
        model.run(in, 4, out);
        inProgress.countDown();
        assertThat(read(out, 4)).containsExactly(affine(4, first));
      }
    } catch (Throwable e) {
      inProgress.countDown();
      return e;
    }
  }

  @Test
  void theReasonIsTheFirstLineThatIsNoSourcePosition() {
    assertThat(
            OnnxModel.firstLine(
                new OrtException(
                    """
                    Error code - ORT_EP_FAIL - message: Exception from src/inference/core.cpp:117:
                    Exception from src/plugin.cpp:54:

                    Could not read the number
                    """)))
        .isEqualTo("Could not read the number");
    assertThat(
            OnnxModel.firstLine(
                new OrtException("Error code - ORT_FAIL - message: Load model failed\nmore")))
        .isEqualTo("Load model failed");
    assertThat(OnnxModel.firstLine(new OrtException(""))).isEqualTo("unknown error");
  }
}
