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
 * Standard output that ends the program when nobody reads it any more. A {@link PrintWriter} by
 * itself swallows errors, and the program would go on to the end of a long job for nothing.
 */
public final class StandardOutput {

  private StandardOutput() {}

  /** Nobody reads what is printed: {@code vgg16 classify FOLDER | head -2}. */
  public static final class ClosedPipeException extends RuntimeException {
    ClosedPipeException(IOException cause) {
      super("nobody reads the output", cause);
    }
  }

  /** The process's own. */
  public static PrintWriter open() {
    return on(new FileOutputStream(FileDescriptor.out));
  }

  /**
   * Its methods throw {@link ClosedPipeException} at a closed pipe, and an {@link
   * IllegalStateException} where else it can't be written; from then on it takes no more.
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
      // Nothing is kept here.
    }
  }
}
