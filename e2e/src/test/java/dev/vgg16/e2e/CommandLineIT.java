package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/vgg16} run by a shell. */
class CommandLineIT {

  private static Services services;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    services = Services.start();
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  /** The last one is not installed, as en_US.UTF-8 often is not in containers. */
  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "xx_YY.UTF-8"})
  void namesInEveryScriptWorkInEveryLocale(String locale) throws Exception {
    Path photos = Photos.all().get(0);
    Path made = folder.resolve("made");
    // By bash, so that this process's own locale does not matter.
    Program.Result result =
        new Script(Map.of("LC_ALL", locale))
            .run(
                "set -e; cd \"$1\"; cp \"$2\" 猫.jpg; cp \"$2\" 犬.jpg; cp \"$2\" $'bad\\xff.jpg';"
                    + " \"$3\" classify --target \"$4\" --explain made 猫.jpg . ; ls made | wc -l",
                folder.toString(),
                photos.toString(),
                Program.ROOT.resolve("bin/vgg16").toString(),
                services.featureTarget());
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains("\u732b.jpg", "\u72ac.jpg", " 0 errors");
    // One of them was named by the argument and found in the folder.
    assertThat(result.out().strip()).endsWith("4");
    try (Stream<Path> pictures = Files.list(made)) {
      assertThat(pictures).allSatisfy(picture -> assertThat(picture).isNotEmptyFile());
    }
  }

  @Test
  void aNameThatCanNotBeAnArgumentIsTold() throws Exception {
    Program.Result result =
        new Script(Map.of())
            .run(
                "cd \"$1\"; cp \"$2\" $'bad\\xff.jpg';"
                    + " exec \"$3\" classify --target \"$4\" $'bad\\xff.jpg'",
                folder.toString(),
                Photos.all().get(0).toString(),
                Program.ROOT.resolve("bin/vgg16").toString(),
                services.featureTarget());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).contains("not UTF-8 can't be an argument: give its folder");
  }

  /** 1,000 photos would take a minute or more. */
  @Test
  void endsWithItsReader() throws Exception {
    link(1_000);
    Program.Result result =
        new Script(Map.of())
            .run(
                "bin/vgg16 classify --target \"$1\" \"$2\" | head -2; echo ${PIPESTATUS[0]};",
                services.featureTarget(),
                folder.toString());
    assertThat(result.out().lines().skip(2)).containsExactly("141");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void endsByCtrlC() throws Exception {
    int photos = 1_000;
    link(photos);
    // A shell may have started this process with SIGINT ignored, which children inherit.
    String interruptible =
        "exec python3 -c 'import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
            + " os.execv(sys.argv[1], sys.argv[1:])' bin/vgg16 classify --target \"$1\" \"$2\"";
    Path out = Script.log();
    Path err = Script.log();
    Process process =
        new Script(Map.of())
            .start(interruptible, out, err, services.featureTarget(), folder.toString());
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (lines(out) < 3) {
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        assertThat(System.nanoTime()).isLessThan(end);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(lines(out)).isLessThan(photos);
      assertThat(err).isEmptyFile();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void withServicesTestsItsOwnServices() throws Exception {
    int[] ports = Services.freePorts(2);
    String nowhere = "localhost:1";
    Program.Result result =
        Program.run(
            Map.of(
                "FEATURE_SERVICE_PORT",
                "" + ports[0],
                "FEATURE_SERVICE_MANAGEMENT_PORT",
                "0",
                "HEAD_SERVICE_PORT",
                "" + ports[1],
                "HEAD_SERVICE_MANAGEMENT_PORT",
                "0",
                "FEATURE_SERVICE_HEAD_TARGET",
                nowhere,
                "VGG16_TARGET",
                nowhere,
                "VGG16_HEAD_TARGET",
                nowhere,
                "VGG16_TLS",
                "true"),
            "with-services",
            "bash",
            "-c",
            "bin/vgg16 classify samples && bin/vgg16 heads");
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).contains(" 0 errors", "cats-vs-dogs");
  }

  private void link(int count) throws IOException {
    Path photo = Files.copy(Photos.all().get(0), folder.resolve("photo"));
    for (int i = 0; i < count; i++) {
      Files.createSymbolicLink(folder.resolve("%04d.jpg".formatted(i)), photo);
    }
  }

  private static long lines(Path file) throws IOException {
    return Files.readString(file).lines().count();
  }
}
