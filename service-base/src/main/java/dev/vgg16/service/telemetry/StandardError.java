package dev.vgg16.service.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Standard error of a service. Native libraries such as libjpeg and libpng write a line to it for
 * each damaged image, which any client can send, and block while it is not read. This can't be
 * disabled in the libraries, so their file descriptor is redirected to /dev/null.
 *
 * <p>The log writes to a copy of the descriptor: the launcher passes it as standard input, which a
 * service does not read, and sets the system property {@value #COPY}. Without the property nothing
 * changes.
 */
public final class StandardError {

  static final String COPY = "vgg16.stderr.copy";

  private static final long PRINT_MILLIS = 1000;

  private StandardError() {}

  /**
   * Redirects {@link System#err}, and so the log, to the copy. Must be called before either is
   * used.
   */
  public static void useCopy() {
    if (hasCopy()) {
      FileOutputStream copy = new FileOutputStream(FileDescriptor.in);
      System.setErr(new PrintStream(copy, true, Charset.defaultCharset()));
    }
  }

  /** Redirects what native code writes to standard error to /dev/null. */
  public static void silenceNativeCode() throws IOException {
    if (hasCopy()) {
      // The JDK never closes this descriptor, but redirects it to /dev/null.
      new FileOutputStream(FileDescriptor.err).close();
    }
  }

  /** Prints lines and waits for at most a second, in case they are not read. */
  public static void print(String lines) throws InterruptedException {
    Thread printing = new Thread(() -> System.err.print(lines), "standard-error");
    printing.setDaemon(true);
    printing.start();
    printing.join(PRINT_MILLIS);
  }

  private static boolean hasCopy() {
    return "stdin".equals(System.getProperty(COPY));
  }
}
