package dev.vgg16.bench.process;

import com.google.common.collect.Lists;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The revision of the sources that are measured. */
public final class Revision {

  private Revision() {}

  /** A bundle without git has its revision in this file. */
  private static final Path FILE = Path.of("REVISION");

  /** Such as "1ffae55", or "1ffae55-dirty" when files other than results have changed. */
  public static String current() throws IOException, InterruptedException {
    if (Files.exists(FILE)) {
      return Files.readString(FILE).strip();
    }
    String commit = git("rev-parse", "--short", "HEAD");
    String changes =
        git(
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--",
            ".",
            ":!bench/results",
            ":!docs");
    return changes.isEmpty() ? commit : commit + "-dirty";
  }

  private static String git(String... arguments) throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder(Lists.asList("git", arguments))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return git.waitFor() == 0 ? out : "unknown";
  }
}
