package dev.vgg16.cli.output;

/** The progress of a task: a bar on standard error, or nothing where no person would see it. */
public interface Progress extends AutoCloseable {

  /** Prints to standard output, above the bar where both are on one terminal. */
  void print(Runnable printing);

  /** One more step is complete. */
  void step();

  @Override
  void close();

  /**
   * Starts the display.
   *
   * @param terminal there is a bar only when standard error is a terminal and no other program
   *     writes to it in between
   */
  static Progress of(String task, int steps, Terminal terminal) {
    return terminal.err() && !terminal.outIsPipe()
        ? new ProgressOnTerminal(task, steps, terminal.out())
        : new Progress() {
          @Override
          public void print(Runnable printing) {
            printing.run();
          }

          @Override
          public void step() {}

          @Override
          public void close() {}
        };
  }
}
