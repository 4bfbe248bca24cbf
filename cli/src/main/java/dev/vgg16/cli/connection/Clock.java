package dev.vgg16.cli.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time that passes, and waiting for it to pass. */
public interface Clock {

  /** The real one. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
      };

  /** As {@link System#nanoTime}. */
  long nanos();

  /** Lets time pass. */
  void pause(Duration duration) throws InterruptedException;
}
