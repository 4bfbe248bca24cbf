package dev.vgg16.cli.output;

/**
 * Which standard streams are a terminal. Java can't determine it reliably; the launcher can.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is a terminal
 * @param outIsPipe whether another program reads standard output, which may print it on the same
 *     terminal
 */
public record Terminal(boolean out, boolean err, boolean outIsPipe) {

  /** As the launcher determined it. */
  public static Terminal detect() {
    return new Terminal(
        Boolean.getBoolean("vgg16.tty.out"),
        Boolean.getBoolean("vgg16.tty.err"),
        Boolean.getBoolean("vgg16.pipe.out"));
  }
}
