package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Records all events. */
final class RecordingListener implements BatcherListener {

  final List<String> events = new CopyOnWriteArrayList<>();
  private final Semaphore runs = new Semaphore(0);

  @Override
  public void refused(Refusal why) {
    events.add("refused " + why);
  }

  @Override
  public void cancelled() {
    events.add("cancelled");
  }

  @Override
  public void prepared(long nanos) {
    events.add("prepared");
  }

  @Override
  public void ran(int size, long nanos) {
    events.add("ran " + size);
    runs.release();
  }

  /** Waits until {@code count} more runs are finished and accounted for. */
  void awaitRuns(int count) throws InterruptedException {
    assertThat(runs.tryAcquire(count, 120, TimeUnit.SECONDS)).as("runs are over").isTrue();
  }
}
