package dev.vgg16.serving.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** How a process ends; each test is one. */
class SignalTest {

  /** What the process does once it has started. */
  enum End {
    WAIT,
    CLOSE_AND_EXIT_WITH_3
  }

  /** The process. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws InterruptedException {
      Lifecycle lifecycle = new Lifecycle();
      lifecycle.<AutoCloseable>add(() -> System.out.println("first stopped"));
      lifecycle.<AutoCloseable>add(() -> System.out.println("second stopped"));
      lifecycle.stopOnSignal();
      System.out.println("started");
      if (End.valueOf(args[0]) == End.CLOSE_AND_EXIT_WITH_3) {
        lifecycle.close();
        System.exit(3);
      }
      lifecycle.awaitStop();
    }
  }

  private static Process start(End end) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            end.name())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void aSignalStopsThePartsInOrderAndEndsWithZero() throws Exception {
    Process process = start(End.WAIT);
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.readLine()).isEqualTo("started");
      // The handle: Process.destroy would close the stream that is read next.
      assertThat(process.toHandle().destroy()).isTrue();
      assertThat(out.lines()).containsExactly("second stopped", "first stopped");
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aProcessThatEndsByItselfKeepsItsExitCode() throws Exception {
    Process process = start(End.CLOSE_AND_EXIT_WITH_3);
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.lines()).containsExactly("started", "second stopped", "first stopped");
      assertThat(process.waitFor()).isEqualTo(3);
    } finally {
      process.destroyForcibly();
    }
  }
}
