package dev.vgg16.service.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a process ends; each test is one. */
class SignalTest {

  /** What the process does once it has started. */
  enum End {
    WAIT,
    WAIT_IN_THE_START,
    FAIL_TO_STOP,
    CLOSE_AND_EXIT_WITH_3
  }

  /** The process. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) throws Exception {
      System.exit(Lifecycle.run(lifecycle -> start(lifecycle, End.valueOf(args[0]))));
    }

    private static void start(Lifecycle lifecycle, End end) throws InterruptedException {
      lifecycle.<AutoCloseable>add(() -> System.out.println("first stopped"));
      lifecycle.<AutoCloseable>add(() -> stopSecond(end));
      System.out.println("started");
      if (end == End.CLOSE_AND_EXIT_WITH_3) {
        lifecycle.close();
        System.exit(3);
      } else if (end == End.WAIT_IN_THE_START) {
        lifecycle.awaitStop();
        lifecycle.<AutoCloseable>add(() -> System.out.println("never added"));
      }
    }

    private static void stopSecond(End end) {
      System.out.println("second stopped");
      if (end == End.FAIL_TO_STOP) {
        throw new IllegalStateException("stuck");
      }
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

  @ParameterizedTest
  @CsvSource({
    "TERM, WAIT, 0",
    "HUP, WAIT, 0",
    "TERM, WAIT_IN_THE_START, 0",
    "TERM, FAIL_TO_STOP, 1"
  })
  void aSignalStopsThePartsInOrder(String signal, End end, int exitCode) throws Exception {
    assumeFalse(signal.equals("HUP") && hangupIsIgnored(), "under nohup the process ignores it");
    Process process = start(end);
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.readLine()).isEqualTo("started");
      send(signal, process);
      assertThat(out.lines()).containsExactly("second stopped", "first stopped");
      assertThat(process.waitFor()).isEqualTo(exitCode);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Processes inherit that. */
  private static boolean hangupIsIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
  }

  private static void send(String signal, Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void aNormalExitKeepsItsExitCode() throws Exception {
    Process process = start(End.CLOSE_AND_EXIT_WITH_3);
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.lines()).containsExactly("started", "second stopped", "first stopped");
      assertThat(process.waitFor()).isEqualTo(3);
    } finally {
      process.destroyForcibly();
    }
  }
}
