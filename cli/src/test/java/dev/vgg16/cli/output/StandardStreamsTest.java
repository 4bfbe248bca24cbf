package dev.vgg16.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardStreamsTest {

  @Test
  void printsInUtf8AtOnce() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardOutput.on(bytes).println("猫");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("猫" + System.lineSeparator());
  }

  @Test
  void aClosedPipeIsToldOnce() {
    PrintWriter out = StandardOutput.on(failing("Broken pipe"));
    assertThatThrownBy(() -> out.println("row"))
        .isInstanceOf(StandardOutput.ClosedPipeException.class);
    out.println("another");
  }

  @Test
  void aFullDiskIsNoClosedPipe() {
    PrintWriter out = StandardOutput.on(failing("No space left on device"));
    assertThatThrownBy(() -> out.println("row"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("can't write to standard output: No space left on device");
  }

  @Test
  void errorsCanNotSteerTheTerminal() {
    StringWriter err = new StringWriter();
    PrintWriter writer = StandardError.on(err);
    writer.println("no file \u001b]0;title\u0007");
    writer.print('\u001b');
    writer.println("\tat somewhere");
    assertThat(err.toString().lines())
        .containsExactly("no file \\u001b]0;title\\u0007", "\\u001b\tat somewhere");
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
