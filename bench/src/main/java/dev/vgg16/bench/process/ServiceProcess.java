package dev.vgg16.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A child process that writes a line to standard error when it is ready. Its log goes to a file;
 * variables that would set its options are removed from its environment, so it runs with its
 * defaults.
 */
public final class ServiceProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final double NANOS_PER_SECOND = 1e9;

  private final String name;
  private final Process process;
  private final double secondsToReady;
  private final Thread killer;

  private ServiceProcess(String name, Process process, double secondsToReady, Thread killer) {
    this.name = name;
    this.process = process;
    this.secondsToReady = secondsToReady;
    this.killer = killer;
  }

  /** Starts a program of {@code bin/}, and returns when it serves. */
  public static ServiceProcess service(String name, List<String> arguments) throws Exception {
    return service(name, "", arguments);
  }

  /**
   * Starts a program of {@code bin/}, and returns when it serves.
   *
   * @param jvmOptions added to those of the program, with spaces between
   */
  public static ServiceProcess service(String name, String jvmOptions, List<String> arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(Path.of("bin", name).toString()));
    command.addAll(arguments);
    ProcessBuilder builder = withDefaults(command);
    builder.environment().put("JAVA_OPTS", jvmOptions);
    return start(name, builder, "serving on ");
  }

  /**
   * Starts a process, and returns when it is ready.
   *
   * @param readyMark a text in the line of its standard error that means ready
   * @throws IllegalStateException when it ends earlier; the message has its last line
   */
  public static ServiceProcess start(String name, List<String> command, String readyMark)
      throws Exception {
    return start(name, withDefaults(command), readyMark);
  }

  private static ServiceProcess start(String name, ProcessBuilder command, String readyMark)
      throws Exception {
    Path log = Files.createTempFile(Files.createDirectories(logs()), name + "-", ".log");
    long begin = System.nanoTime();
    Process process = command.start();
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    CompletableFuture<Long> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> readLog(name, process, log, readyMark, ready));
    reader.setDaemon(true);
    reader.start();
    try {
      long end = ready.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      return new ServiceProcess(name, process, (end - begin) / NANOS_PER_SECOND, killer);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "%s is not ready after %d s: see %s".formatted(name, START_LIMIT.toSeconds(), log), e);
    }
  }

  private static ProcessBuilder withDefaults(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("(FEATURE|HEAD)_SERVICE_.*|JAVA_OPTS|JAVA_TOOL_OPTIONS"));
    return builder;
  }

  private static Path logs() {
    return Path.of("bench", "target", "logs");
  }

  private static void readLog(
      String name, Process process, Path log, String readyMark, CompletableFuture<Long> ready) {
    String last = "nothing";
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
        PrintWriter file = new PrintWriter(Files.newBufferedWriter(log), true)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(readyMark)) {
          ready.complete(System.nanoTime());
        }
        file.println(line);
        last = line;
      }
    } catch (IOException e) {
      ready.completeExceptionally(new UncheckedIOException(e));
    }
    ready.completeExceptionally(
        new IllegalStateException("%s ended before it was ready: %s".formatted(name, last)));
  }

  /** The time from the start of the process to the line that means ready. */
  public double secondsToReady() {
    return secondsToReady;
  }

  /** Processor time used, in seconds. */
  public double cpuSeconds() {
    return CpuTime.secondsOf(process.pid());
  }

  /** Resident memory in MiB. */
  public double residentMib() throws IOException {
    return MemoryStatus.residentMib(Path.of("/proc", Long.toString(process.pid()), "status"));
  }

  /** Stops it, by SIGTERM first. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(killer);
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "%s did not stop in %d s and was killed".formatted(name, STOP_LIMIT.toSeconds()));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
