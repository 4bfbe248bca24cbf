package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.inference.onnx.CudaSettings;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.inference.onnx.SessionSettings;
import dev.vgg16.service.errors.ServingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionOpenerTest {

  private static final Path MODEL = Backbones.TINY.resolve("fp32.onnx");

  private static final SessionSettings GOOD = SessionSettings.singleThread();

  /** Of a GPU that no machine has. */
  private static final SessionSettings FAILING =
      new CudaSettings(new ExecutionProvider.Cuda(99, 0), false, false);

  @Test
  void opensSeveralInOrder() {
    try (Sessions sessions =
        SessionOpener.open(
            MODEL,
            Set.of(),
            opener -> {
              List<OnnxModel> both = opener.openAll(List.of(GOOD, GOOD));
              return Sessions.ofAnySize(both, null, List.of(1));
            })) {
      assertThat(sessions.instances()).isEqualTo(2);
    }
  }

  @Test
  void closesTheOthersWhenOneCanNotBeOpened() {
    List<OnnxModel> opened = new ArrayList<>();
    assertThatThrownBy(
            () ->
                SessionOpener.open(
                    MODEL,
                    Set.of(),
                    opener -> {
                      opened.addAll(opener.openAll(List.of(GOOD, GOOD)));
                      opener.openAll(List.of(GOOD, FAILING));
                      throw new AssertionError("it was opened");
                    }))
        .isInstanceOf(ModelLoadException.class);
    assertThat(opened).hasSize(2);
    try (RowBuffer in = new RowBuffer(ElementType.FLOAT32, 1, 4, 4, 3);
        RowBuffer out = new RowBuffer(ElementType.FLOAT32, 1, 1, 1, 3)) {
      for (OnnxModel session : opened) {
        assertThatThrownBy(() -> session.run(in, 1, out)).isInstanceOf(ServingException.class);
      }
    }
  }
}
