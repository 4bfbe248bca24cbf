package dev.vgg16.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A named pipe for a program's log, which is not read until the test does. */
final class UnreadLog implements AutoCloseable {

  private final Path pipe;
  // For reading and writing, so that opening it does not block.
  private final RandomAccessFile ends;

  UnreadLog(Path folder) throws IOException, InterruptedException {
    pipe = folder.resolve("log");
    run("mkfifo", pipe.toString());
    ends = new RandomAccessFile(pipe.toFile(), "rw");
  }

  Path pipe() {
    return pipe;
  }

  /** Fills the pipe, so that the next write blocks. */
  void fill() throws IOException, InterruptedException {
    // It fails when it can write no more; it writes far more than a pipe holds.
    Process dd =
        new ProcessBuilder(
                "dd", "if=/dev/zero", "of=" + pipe, "oflag=nonblock", "bs=1", "count=4000000")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(dd.getInputStream().readAllBytes(), UTF_8))
        .contains("Resource temporarily unavailable");
    assertThat(dd.waitFor()).isNotZero();
  }

  /** Reads until a text appears; fails at the test's timeout. */
  String readUntil(String text) throws IOException {
    StringBuilder read = new StringBuilder();
    byte[] some = new byte[1 << 16];
    while (read.indexOf(text) < 0) {
      read.append(new String(some, 0, ends.read(some), UTF_8));
    }
    return read.toString();
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  @Override
  public void close() throws IOException {
    ends.close();
  }
}
