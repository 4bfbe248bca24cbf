package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.onnx.ExecutionProvider;
import org.junit.jupiter.api.Test;

class SessionLayoutTest {

  private static final ExecutionProvider GPU = new ExecutionProvider.Cuda(0, 0);

  @Test
  void givesEachProcessorARunAndAllOfThemToOneThatIsAlone() {
    assertThat(cpu(0, 0, 8)).isEqualTo(new SessionLayout(8, 1, 8));
    assertThat(cpu(0, 0, 8))
        .hasToString("8 instance(s) of 1 thread(s), 8 threads for a run that is alone");
    assertThat(cpu(0, 0, 1).hasAloneSession()).isFalse();
  }

  @Test
  void dividesTheProcessorsAsItIsTold() {
    assertThat(cpu(1, 0, 8)).isEqualTo(new SessionLayout(1, 8, 8));
    assertThat(cpu(3, 0, 8)).isEqualTo(new SessionLayout(3, 2, 2));
    assertThat(cpu(4, 0, 2)).isEqualTo(new SessionLayout(4, 1, 1));
    assertThat(cpu(0, 3, 8)).isEqualTo(new SessionLayout(2, 3, 3));
    assertThat(cpu(0, 9, 8)).isEqualTo(new SessionLayout(1, 9, 9));
    assertThat(cpu(5, 6, 8)).isEqualTo(new SessionLayout(5, 6, 6));
    assertThat(cpu(5, 6, 8)).hasToString("5 instance(s) of 6 thread(s)");
  }

  @Test
  void overlapsTwoRunsOnAGpu() {
    assertThat(SessionLayout.of(GPU, 0, 7, 8)).isEqualTo(new SessionLayout(2, 1, 1));
    assertThat(SessionLayout.of(GPU, 3, 0, 8)).isEqualTo(new SessionLayout(3, 1, 1));
  }

  private static SessionLayout cpu(int instances, int threads, int processors) {
    return SessionLayout.of(ExecutionProvider.CPU, instances, threads, processors);
  }
}
