package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Blocks the threads that pass until a test opens it. */
final class Gate {

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  void pass() throws InterruptedException {
    entered.countDown();
    assertThat(opened.await(120, TimeUnit.SECONDS)).as("the gate was never opened").isTrue();
  }

  void awaitThread() throws InterruptedException {
    assertThat(entered.await(120, TimeUnit.SECONDS)).as("no thread reached the gate").isTrue();
  }

  void open() {
    opened.countDown();
  }
}
