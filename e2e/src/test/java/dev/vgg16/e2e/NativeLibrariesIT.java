package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native libraries are unpacked once, and not at each start. */
class NativeLibrariesIT {

  private static final String SERVE = "exec \"$1\" --port 0 --management-port 0";
  private static final String AS_NOBODY =
      "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"";

  @TempDir private Path folder;

  /** A process killed by SIGKILL cleans nothing up, so there must be nothing to clean up. */
  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service"})
  void aKilledServiceLeavesNoFiles(String service) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path home = Files.createDirectory(folder.resolve("home"));
    for (int i = 0; i < 3; i++) {
      try (Program program =
          Program.start(
              Map.of("HOME", "" + home, "JAVA_OPTS", "-Djava.io.tmpdir=" + temporary),
              service,
              "--port",
              "0",
              "--management-port",
              "0")) {
        awaitServing(program::isRunning, program::err);
      }
    }
    assertThat(files(temporary)).isEmpty();
    assertThat(files(home)).isEmpty();
  }

  @Test
  void programsThatStartAtOnceUnpackOnce() throws Exception {
    try (Installation installation = Installation.create()) {
      Program.Result result =
          new Script(Map.of())
              .run(
                  "for i in 1 2 3; do \"$1\" --version & pids+=($!); done;"
                      + " for pid in ${pids[@]}; do wait $pid || exit; done",
                  installation.program().toString());
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).hasLineCount(3);
      try (Stream<Path> folders = Files.list(installation.natives())) {
        assertThat(folders.filter(Files::isDirectory)).singleElement().satisfies(this::isWhole);
      }
    }
  }

  @Test
  void anotherUserHasACacheOfTheirOwn() throws Exception {
    needRoot();
    try (Installation installation = Installation.create()) {
      Path home = Files.createDirectory(installation.root().resolve("home"));
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
      Program.Result result =
          new Script(Map.of("HOME", "" + home, "XDG_CACHE_HOME", ""))
              .run(AS_NOBODY, installation.program().toString(), "--version");
      assertThat(result.exitCode()).as(result.err()).isZero();
      Path cache = home.resolve(".cache/vgg16-serving");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
          .isEqualTo("rwx------");
      try (Stream<Path> folders = Files.list(cache)) {
        assertThat(folders.filter(Files::isDirectory)).singleElement().satisfies(this::isWhole);
      }
      assertThat(installation.natives()).doesNotExist();
    }
  }

  @Test
  void whoCanWriteNowhereIsToldSo() throws Exception {
    needRoot();
    try (Installation installation = Installation.create()) {
      Program.Result result =
          new Script(Map.of("HOME", "/nonexistent", "XDG_CACHE_HOME", ""))
              .run(AS_NOBODY, installation.program().toString(), "--version");
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.err())
          .startsWith("head-service: can't unpack native libraries, neither into ")
          .contains(installation.natives() + " (no permission to write there)")
          .contains("set XDG_CACHE_HOME")
          .hasLineCount(1);
    }
  }

  @Test
  void twoUsersServeWithOneTemporaryFolder() throws Exception {
    needRoot();
    try (Installation installation = Installation.create()) {
      Path shared = Files.createDirectory(installation.root().resolve("tmp"));
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
      Path home = Files.createDirectory(installation.root().resolve("home"));
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
      String serve = "cd " + installation.root() + " && ";
      Script script =
          new Script(
              Map.of(
                  "HOME", "" + home,
                  "XDG_CACHE_HOME", "",
                  "JAVA_OPTS", "-Djava.io.tmpdir=" + shared));
      List<String> scripts =
          List.of(
              serve + SERVE,
              serve + AS_NOBODY.replace("\"$@\"", "\"$1\" --port 0 --management-port 0"));
      for (String each : scripts) {
        Path err = Script.log();
        Process process = script.start(each, Script.log(), err, installation.program().toString());
        try {
          awaitServing(process::isAlive, () -> Files.readString(err));
        } finally {
          process.destroyForcibly().waitFor();
        }
      }
    }
  }

  private interface Log {
    String read() throws IOException;
  }

  private interface Life {
    boolean goesOn();
  }

  private static void awaitServing(Life process, Log log) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!log.read().contains(" serving on ")) {
      assertThat(process.goesOn()).as(log.read()).isTrue();
      assertThat(System.nanoTime()).as(log.read()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  private void isWhole(Path natives) {
    try (Stream<Path> libraries = Files.list(natives)) {
      assertThat(libraries.map(library -> library.getFileName().toString()))
          .anyMatch(name -> name.startsWith("libonnxruntime."))
          .anyMatch(name -> name.contains("tcnative"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(natives.resolveSibling(".unfinished")).doesNotExist();
  }

  /** They must not be skipped in CI. */
  private static void needRoot() {
    boolean root = "root".equals(System.getProperty("user.name"));
    if ("true".equals(System.getenv("CI"))) {
      assertThat(root).as("only root can be another user too").isTrue();
    }
    assumeTrue(root, "only root can be another user too");
  }
}
