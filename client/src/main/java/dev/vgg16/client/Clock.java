package dev.vgg16.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A source of time, and of pauses; tests replace it. */
public interface Clock {

  /** The system's clock. */
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

  /** The current time, as {@link System#nanoTime} counts it. */
  long nanos();

  /** Blocks for a duration. */
  void pause(Duration duration) throws InterruptedException;
}
