package dev.vgg16.inference.batch;

import java.util.concurrent.locks.Condition;

/** The time source of a {@link Batcher}; tests use a fake one. */
interface BatchClock {

  BatchClock SYSTEM =
      new BatchClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // The caller loops.
        public void await(Condition condition, long nanos) throws InterruptedException {
          long unused = condition.awaitNanos(nanos);
        }
      };

  long nanoTime();

  /** Waits until signalled or until the time has elapsed; may return sooner. */
  void await(Condition condition, long nanos) throws InterruptedException;
}
