package dev.vgg16.e2e;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One run of a program of {@code bin/}, as its own process. */
public final class Program implements AutoCloseable {

  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long TIMEOUT_SECONDS = 300;

  /** Netty reports some of the buffers that nobody released; the launcher turns that off. */
  private static final String LEAK_DETECTION = "-Dio.netty.leakDetection.level=advanced";

  private final Process process;
  private final Path out;
  private final Path err;

  private Program(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** How a program ended. */
  public record Result(int exitCode, String out, String err) {}

  public static Program start(String name, String... arguments) throws IOException {
    return start(Map.of(), name, arguments);
  }

  public static Program start(Map<String, String> environment, String name, String... arguments)
      throws IOException {
    return startLoggingTo(logFile(name, ".err"), environment, name, arguments);
  }

  /** Redirects its standard error to a file, which may be a named pipe. */
  static Program startLoggingTo(
      Path err, Map<String, String> environment, String name, String... arguments)
      throws IOException {
    Path out = logFile(name, ".out");
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("bin").resolve(name).toString()));
    command.addAll(ImmutableList.copyOf(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(ROOT.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // A busy machine may exceed the default, and no test measures the machine's speed.
    builder.environment().put("FEATURE_SERVICE_HEAD_TIMEOUT_MS", "60000");
    builder.environment().put("FEATURE_SERVICE_HTTP_PORT", "0");
    builder.environment().put("JAVA_OPTS", LEAK_DETECTION);
    builder.environment().putAll(environment);
    return new Program(builder.start(), out, err);
  }

  private static Path logFile(String name, String suffix) throws IOException {
    Path logs = Files.createDirectories(Path.of("target", "logs"));
    return Files.createTempFile(logs, name + "-", suffix);
  }

  /** Runs a program to its end. */
  public static Result run(String name, String... arguments)
      throws IOException, InterruptedException {
    return run(Map.of(), name, arguments);
  }

  public static Result run(Map<String, String> environment, String name, String... arguments)
      throws IOException, InterruptedException {
    try (Program program = start(environment, name, arguments)) {
      return program.await();
    }
  }

  public Result await() throws IOException, InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(process.info().commandLine() + " did not end:\n" + err());
    }
    return new Result(process.exitValue(), Files.readString(out), err());
  }

  /** Waits for its end without reading its output. */
  int awaitExitCode() throws InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(process.info().commandLine() + " did not end");
    }
    return process.exitValue();
  }

  /** Asks it to stop (SIGTERM) and does not wait. */
  public void terminate() {
    process.destroy();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /** Its resident memory, as Linux reports it. */
  public int residentMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", "" + pid(), "status"))) {
      if (line.startsWith("VmRSS:")) {
        return Integer.parseInt(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("there is no process " + pid());
  }

  public String err() throws IOException {
    return Files.readString(err);
  }

  /** Waits until a line of standard error matches. */
  void awaitLine(String regex) throws IOException, InterruptedException {
    Pattern line = Pattern.compile(regex);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!line.matcher(err()).find()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no line matches " + regex + " in:\n" + err());
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /**
   * Kills it if it still runs.
   *
   * @throws AssertionError when its log reports a leak of a buffer
   */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    if (Files.isRegularFile(err)) {
      assertNoLeak();
    }
  }

  private void assertNoLeak() {
    try (Stream<String> lines = Files.lines(err, StandardCharsets.ISO_8859_1)) {
      lines
          .filter(line -> line.contains("LEAK: "))
          .findFirst()
          .ifPresent(
              line -> {
                throw new AssertionError(err + ": " + line);
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
