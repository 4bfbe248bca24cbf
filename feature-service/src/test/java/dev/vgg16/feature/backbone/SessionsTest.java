package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  void runsEachSessionOnce() throws OrtException {
    Sessions.ofAnySize(List.of(first, first), alone, List.of(1)).runEach(use());
    assertThat(used).containsExactly(first, alone);
    assertThat(rowsRun).containsExactly(1, 1);
  }

  @Test
  void runsEachSessionWithEachSizeWhoseFirstRunCounts() throws OrtException {
    Sessions.ofAnySize(List.of(first), alone, List.of(1, 2, 3)).runEach(use());
    assertThat(used).containsExactly(first, first, first, alone, alone, alone);
    assertThat(rowsRun).containsExactly(1, 2, 3, 1, 2, 3);
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
    bySize.runEach(use());
    assertThat(rowsRun).containsExactly(1, 4);
  }

  private Sessions.Run use() {
    return (session, rows) -> {
      used.add(session);
      rowsRun.add(rows);
    };
  }
}
