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
  private final boolean sharesTerminal;

  private Progress(ProgressBar bar, boolean sharesTerminal) {
    this.bar = bar;
    this.sharesTerminal = sharesTerminal;
  }

  /**
   * Starts one.
   *
   * @param terminal it is shown only where a person looks at standard error
   */
  public static Progress of(String task, int steps, Terminal terminal) {
    if (!terminal.err()) {
      return new Progress(null, false);
    }
    return new Progress(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .setUpdateIntervalMillis(200)
            .build(),
        terminal.out());
  }

  /** Prints to standard output, above the bar where both are on one terminal. */
  public void print(Runnable printing) {
    if (bar != null && sharesTerminal) {
      System.err.print(CLEAR_LINE);
      System.err.flush();
    }
    printing.run();
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
