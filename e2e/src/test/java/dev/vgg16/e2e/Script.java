package dev.vgg16.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a bash script, for what a shell sets before it starts a program: limits, users, pipes.
 */
final class Script {

  private static final long TIMEOUT_SECONDS = 180;

  private final Map<String, String> environment;

  Script(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Runs it to its end in the project's root; {@code $1} and so on are the arguments. */
  Program.Result run(String script, String... arguments) throws IOException, InterruptedException {
    Path out = log();
    Path err = log();
    Process process = start(script, out, err, arguments);
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(script + " did not end:\n" + Files.readString(err));
    }
    return new Program.Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Starts it; its output goes to files. */
  Process start(String script, Path out, Path err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Program.ROOT.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Path log() throws IOException {
    return Files.createTempFile(Files.createDirectories(Path.of("target", "logs")), "script-", "");
  }
}
