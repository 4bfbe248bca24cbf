package dev.vgg16.inference.batch;

import java.util.concurrent.locks.Condition;

/** Time, as a {@link Batcher} sees it; tests turn its hands themselves. */
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

  /** Waits until signalled or for about so long; may return sooner. */
  void await(Condition condition, long nanos) throws InterruptedException;
}
