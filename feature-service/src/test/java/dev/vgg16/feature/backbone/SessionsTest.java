package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.SessionSettings;
import java.util.ArrayList;
import java.util.List;
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
  @AutoClose private final Sessions sessions = new Sessions(List.of(first, second), alone);

  @Test
  void givesARunThatIsAloneASessionOfItsOwn() throws OrtException {
    sessions.run(0, used::add);
    sessions.run(1, used::add);
    assertThat(used).containsExactly(alone, alone);
  }

  @Test
  void givesARunBesideAnotherTheSessionOfItsInstance() throws OrtException {
    sessions.run(
        0,
        outer -> {
          used.add(outer);
          sessions.run(1, used::add);
          sessions.run(0, used::add);
        });
    assertThat(used).containsExactly(alone, second, first);
  }

  @Test
  void countsARunThatFailedAsOver() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(
              () ->
                  sessions.run(
                      0,
                      session -> {
                        used.add(session);
                        throw new IllegalStateException("broken");
                      }))
          .hasMessage("broken");
    }
    assertThat(used).containsExactly(alone, alone);
  }

  @Test
  void staysWithTheInstancesWhereThereIsNoOther() throws OrtException {
    Sessions plain = new Sessions(List.of(first, second), null);
    plain.run(1, used::add);
    assertThat(used).containsExactly(second);
    assertThat(plain.all()).containsExactly(first, second);
    assertThat(new Sessions(List.of(first, first), alone).all()).containsExactly(first, alone);
  }
}
