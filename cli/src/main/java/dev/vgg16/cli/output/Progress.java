package dev.vgg16.cli.output;

import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, or nothing where nobody would see it. */
public final class Progress implements AutoCloseable {

  private static final int WIDTH = 79;

  private static final String CLEAR_LINE = "\r\u001b[K";

  private final ProgressBar bar;
  private final Line line;
  private final boolean sharesTerminal;

  /** The terminal's last line, which a thread of the bar's writes anew. */
  private static final class Line extends ConsoleProgressBarConsumer {
    Line() {
      super(System.err, WIDTH);
    }

    @Override
    public synchronized void accept(String text) {
      super.accept(text);
    }

    synchronized void printAbove(Runnable printing) {
      System.err.print(CLEAR_LINE);
      System.err.flush();
      printing.run();
    }
  }

  private Progress(ProgressBar bar, Line line, boolean sharesTerminal) {
    this.bar = bar;
    this.line = line;
    this.sharesTerminal = sharesTerminal;
  }

  /**
   * Starts one.
   *
   * @param terminal it is shown only where a person looks at standard error, and no other program's
   *     output can come in between
   */
  public static Progress of(String task, int steps, Terminal terminal) {
    if (!terminal.err() || terminal.outIsPipe()) {
      return new Progress(null, null, false);
    }
    Line line = new Line();
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(line)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .setUpdateIntervalMillis(200)
            .build(),
        line,
        terminal.out());
  }

  /** Prints to standard output, above the bar where both are on one terminal. */
  public void print(Runnable printing) {
    if (bar != null && sharesTerminal) {
      line.printAbove(printing);
    } else {
      printing.run();
    }
  }

  public void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
