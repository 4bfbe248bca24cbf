package dev.vgg16.cli.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Standard error for messages that contain untrusted text: everything but newlines and tabs is made
 * {@link Printable}.
 */
public final class StandardError {

  private StandardError() {}

  /** The process's standard error. */
  public static PrintWriter open() {
    return on(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8));
  }

  static PrintWriter on(Writer err) {
    return new PrintWriter(new Escaping(err), /* autoFlush= */ true);
  }

  private static final class Escaping extends FilterWriter {
    Escaping(Writer out) {
      super(out);
    }

    @Override
    public void write(int character) throws IOException {
      write(Character.toString(character), 0, 1);
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      write(new String(text, offset, length), 0, length);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      StringBuilder printable = new StringBuilder();
      for (int character : text.substring(offset, offset + length).codePoints().toArray()) {
        // A tab begins each line of a stack trace.
        if (character == '\n' || character == '\t') {
          printable.append((char) character);
        } else {
          Printable.append(printable, character);
        }
      }
      out.write(printable.toString());
    }
  }
}
