package dev.vgg16.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.vgg16.cli.output.StandardOutput;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.client.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The messages for invalid use, against fake services. */
class WrongUseTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FakeServices services;

  @BeforeEach
  void start() throws IOException {
    services = FakeServices.start();
  }

  @AfterEach
  void stop() {
    services.close();
  }

  @Test
  void aTargetWithoutAPortIsRefusedAtOnce() throws IOException {
    String photo = photo("a.jpg");
    assertThat(exec("classify", "--target", "localhost", photo)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "vgg16: 'localhost' is not an address: it must be HOST:PORT, such as localhost:50051");
    assertThat(exec("heads", "--head-target", "50052")).isEqualTo(2);
    assertThat(err.toString()).contains("'50052' is not an address", "such as localhost:50052");
    assertThat(exec("health", "localhost")).isEqualTo(2);
  }

  /** Such as that of the metrics. */
  @Test
  void anHttpPortIsNamedAsOne() throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress("localhost", 0), 1);
    http.start();
    try {
      String target = "localhost:" + http.getAddress().getPort();
      assertThat(exec("heads", "--head-target", target)).isEqualTo(1);
      assertThat(err.toString())
          .startsWith("vgg16: " + target + " does not speak gRPC: is it an HTTP port")
          .hasLineCount(1);
    } finally {
      http.stop(0);
    }
  }

  @Test
  void explainNeedsAFolder() throws IOException {
    String photo = photo("a.jpg");
    String file = photo("b.jpg");
    assertThat(exec("classify", "--target", services.target(), "--explain", file, photo))
        .isEqualTo(2);
    assertThat(err.toString())
        .startsWith("vgg16: --explain needs a folder for its pictures, and " + file + " is a file");
    assertThat(services.received()).isEmpty();
  }

  @Test
  void aHeadOfAnotherBackboneIsNoModelToSummarize() {
    String target = services.target();
    assertThat(exec("summary", "--target", target, "--head-target", target, "--head", "of-another"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("the head of-another@1 scores maps of vgg16-160-caffe-0f0f0f0f0f0f")
        .contains("runs vgg16-160-tf-d9a27cc1fc7f")
        .hasLineCount(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aNameThatCanNotBeAnArgumentIsExplained() {
    assertThat(exec("classify", "--target", services.target(), "bad\uFFFD.jpg")).isEqualTo(1);
    assertThat(out.toString()).contains("not UTF-8 can't be an argument: give its folder");
  }

  @Test
  void namesAndLabelsCanNotSteerTheTerminal() throws IOException {
    Path photo = folder.resolve("a\u001b[2J.jpg");
    Files.writeString(photo, "cat\u001b]0;x\u0007");
    assertThat(exec("classify", "--target", services.target(), photo.toString())).isZero();
    assertThat(out.toString())
        .contains("a\\u001b[2J.jpg", "cat\\u001b]0;x\\u0007")
        .doesNotContain("\u001b");
  }

  /** As with `| head -1`: the upload is aborted without a message. */
  @Test
  void endsQuietlyWhenNobodyReads() throws IOException {
    for (int i = 0; i < 300; i++) {
      photo("%03d.jpg".formatted(i));
    }
    int status =
        exec(
            StandardOutput.on(new ClosedPipe()),
            "classify",
            "--target",
            services.target(),
            "" + folder);
    assertThat(status).isEqualTo(141);
    assertThat(err.toString()).isEmpty();
    assertThat(services.received()).hasSizeLessThan(300);
  }

  /** A pipe whose reader closes it after the first row. */
  private static final class ClosedPipe extends OutputStream {
    private int rows;

    @Override
    public void write(int character) throws IOException {
      rows += character == '\n' ? 1 : 0;
      if (rows > 2) {
        throw new IOException("Broken pipe");
      }
    }
  }

  private String photo(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "photo " + name).toString();
  }

  private int exec(String... arguments) {
    return exec(new PrintWriter(out, true), arguments);
  }

  private int exec(PrintWriter printed, String... arguments) {
    return Vgg16.commandLine(Map.of(), Clock.SYSTEM, new Terminal(false, false, false))
        .setOut(printed)
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
