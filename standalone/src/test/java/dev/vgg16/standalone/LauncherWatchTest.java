package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LauncherWatchTest {

  private final CountDownLatch stopped = new CountDownLatch(1);

  @Test
  void stopsWhenTheLauncherEnds() throws Exception {
    Process launcher = new ProcessBuilder("cat").start();
    LauncherWatch.begin(launcher.pid(), Optional.of(launcher.toHandle()), stopped::countDown);
    assertThat(stopped.getCount()).isOne();
    launcher.destroyForcibly();
    assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
  }

  /** A process whose parent ended gets another one. */
  @Test
  void failsWhenTheLauncherHasEnded() {
    ProcessHandle other = ProcessHandle.current();
    for (Optional<ProcessHandle> parent :
        List.of(Optional.of(other), Optional.<ProcessHandle>empty())) {
      assertThatThrownBy(() -> LauncherWatch.begin(other.pid() + 1, parent, stopped::countDown))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the process that started this ended");
    }
  }
}
