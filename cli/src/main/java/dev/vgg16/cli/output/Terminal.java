package dev.vgg16.cli.output;

/**
 * Which streams a person is looking at. Java can't tell reliably; the launcher can.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is a terminal
 */
public record Terminal(boolean out, boolean err) {

  /** As the launcher found it. */
  public static Terminal detect() {
    return new Terminal(Boolean.getBoolean("vgg16.tty.out"), Boolean.getBoolean("vgg16.tty.err"));
  }
}
