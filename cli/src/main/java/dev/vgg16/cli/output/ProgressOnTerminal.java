package dev.vgg16.cli.output;

import java.time.temporal.ChronoUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error. */
final class ProgressOnTerminal implements Progress {

  private static final int WIDTH = 79;
  private static final int UPDATE_MILLIS = 200;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final Line line = new Line();
  private final ProgressBar bar;
  private final boolean sharesTerminal;

  /**
   * @param sharesTerminal whether standard output is the same terminal
   */
  ProgressOnTerminal(String task, int steps, boolean sharesTerminal) {
    this.sharesTerminal = sharesTerminal;
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(line)
            .setSpeedUnit(ChronoUnit.SECONDS)
            .showSpeed()
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .build();
  }

  @Override
  public void print(Runnable printing) {
    if (sharesTerminal) {
      line.printAbove(printing);
    } else {
      printing.run();
    }
  }

  @Override
  public void step() {
    bar.step();
  }

  @Override
  public void close() {
    bar.close();
  }

  /** The line of the bar, which a thread of the bar rewrites; its lock keeps output whole. */
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
}
