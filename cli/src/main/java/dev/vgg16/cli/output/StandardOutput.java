package dev.vgg16.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Standard output that throws when it can't be written. A {@link PrintWriter} swallows errors, so a
 * long run would continue without a reader.
 */
public final class StandardOutput {

  private StandardOutput() {}

  /** The reader of a pipe is gone, as in {@code vgg16 classify FOLDER | head -2}. */
  public static final class ClosedPipeException extends RuntimeException {
    ClosedPipeException(IOException cause) {
      super("the reader of standard output is gone", cause);
    }
  }

  /** The process's standard output. */
  public static PrintWriter open() {
    return on(new FileOutputStream(FileDescriptor.out));
  }

  /**
   * A writer that throws {@link ClosedPipeException} at a closed pipe and {@link
   * IllegalStateException} at another error, once; it discards what is written after that.
   */
  public static PrintWriter on(OutputStream out) {
    return new PrintWriter(
        new OutputStreamWriter(new Failing(out), StandardCharsets.UTF_8), /* autoFlush= */ true);
  }

  private static final class Failing extends FilterOutputStream {
    private boolean failed;

    Failing(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (failed) {
        return;
      }
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failed = true;
        if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
          throw new ClosedPipeException(e);
        }
        throw new IllegalStateException("can't write to standard output: " + e.getMessage(), e);
      }
    }

    @Override
    public void flush() {
      // Nothing is buffered here.
    }
  }
}
