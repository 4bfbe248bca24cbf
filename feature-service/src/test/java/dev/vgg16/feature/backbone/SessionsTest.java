package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SessionsTest {

  private static OnnxModel tiny() {
    return OnnxModel.load(
        Backbones.TINY.resolve("fp32.onnx"), SessionSettings.singleThread(), Set.of());
  }

  private final OnnxModel first = tiny();
  private final OnnxModel second = tiny();
  private final OnnxModel alone = tiny();
  private final List<OnnxModel> used = new ArrayList<>();
  private final List<Integer> rowsRun = new ArrayList<>();

  @AutoClose
  private final Sessions sessions = Sessions.ofAnySize(List.of(first, second), alone, List.of(1));

  @Test
  void givesARunThatIsAloneASessionOfItsOwn() throws OrtException {
    sessions.run(0, 1, true, use());
    sessions.run(1, 1, true, use());
    assertThat(used).containsExactly(alone, alone);
  }

  @Test
  void givesOtherRunsTheSessionOfTheirInstance() throws OrtException {
    sessions.run(1, 1, false, use());
    sessions.run(0, 1, false, use());
    assertThat(used).containsExactly(second, first);
  }

  @Test
  void staysWithTheInstancesWhereThereIsNoOther() throws OrtException {
    Sessions plain = Sessions.ofAnySize(List.of(first, second), null, List.of(1));
    plain.run(1, 1, true, use());
    assertThat(used).containsExactly(second);
  }

  @Test
  void warmsUpEachSessionOnce() {
    Sessions.ofAnySize(List.of(first, first), alone, List.of(1)).warmUp(firstRun());
    assertThat(used).containsExactlyInAnyOrder(first, alone);
    assertThat(rowsRun).containsExactly(1, 1);
  }

  @Test
  void warmsUpEachSessionWithEachSizeWhoseFirstRunCounts() {
    Sessions.ofAnySize(List.of(first), null, List.of(1, 2, 3)).warmUp(firstRun());
    assertThat(used).containsExactly(first);
    assertThat(rowsRun).containsExactly(1, 2, 3);
  }

  @Test
  void warmsUpSessionsAtTheSameTime() {
    assumeThat(Runtime.getRuntime().availableProcessors())
        .as("processors, one a session")
        .isGreaterThan(1);
    CyclicBarrier both = new CyclicBarrier(2);
    Sessions.ofAnySize(List.of(first), alone, List.of(1, 2))
        .warmUp((session, sizes) -> await(both));
    assertThat(both.isBroken()).isFalse();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void padsABatchToTheNextSizeThatHasASession() throws OrtException {
    Sessions bySize = Sessions.bySize(List.of(Map.of(1, first, 4, second)));
    for (int count = 1; count <= 4; count++) {
      bySize.run(0, count, false, use());
    }
    assertThat(used).containsExactly(first, second, second, second);
    assertThat(rowsRun).containsExactly(1, 4, 4, 4);
    rowsRun.clear();
    bySize.warmUp(firstRun());
    assertThat(rowsRun).containsExactly(1, 4);
  }

  private Sessions.Run use() {
    return (session, rows) -> {
      used.add(session);
      rowsRun.add(rows);
    };
  }

  private Sessions.WarmUp firstRun() {
    return (session, sizes) -> {
      synchronized (used) {
        used.add(session);
        rowsRun.addAll(sizes);
      }
    };
  }
}
