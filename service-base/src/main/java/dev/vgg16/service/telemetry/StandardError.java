package dev.vgg16.service.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Standard error of a service. Native libraries write there by themselves, such as libjpeg and
 * libpng about damaged images: a line an image that any client may send, and each waits for as long
 * as nobody reads it. No setting keeps them from it, so they lose the descriptor.
 *
 * <p>The log keeps it: the launcher gives a copy in the place of standard input, which a service
 * does not read, and says so by the system property {@value #COPY}. Without that nothing changes.
 */
public final class StandardError {

  static final String COPY = "vgg16.stderr.copy";

  private static final long PRINT_MILLIS = 1000;

  private StandardError() {}

  /**
   * Has {@link System#err}, and so the log, write to the copy. To be called before both are used.
   */
  public static void useCopy() {
    if (hasCopy()) {
      FileOutputStream copy = new FileOutputStream(FileDescriptor.in);
      System.setErr(new PrintStream(copy, true, Charset.defaultCharset()));
    }
  }

  /** From now on what native code writes to standard error goes nowhere. */
  public static void silenceNativeCode() throws IOException {
    if (hasCopy()) {
      // The JDK never closes this descriptor: it has it lead to /dev/null instead.
      new FileOutputStream(FileDescriptor.err).close();
    }
  }

  /** Prints lines and waits for that, but for a second at most: nobody may read them. */
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
