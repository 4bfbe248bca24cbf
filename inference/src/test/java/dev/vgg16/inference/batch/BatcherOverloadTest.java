package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Overload: which items wait, which are refused, and the order of turns. */
class BatcherOverloadTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** One preparer and batches of one, so that the order of the runs is that of the queue. */
  private static BatcherOptions oneByOne(int capacity, long bytes) {
    return new BatcherOptions(1, Duration.ZERO, capacity, bytes, 1, 1);
  }

  /** An item of a stream. */
  private static final class StreamItem extends FakeItem {
    final CountDownLatch parked = new CountDownLatch(1);
    final CountDownLatch queued = new CountDownLatch(1);

    StreamItem(int value, long bytes, Object stream) {
      super(value, bytes);
      flow = flowOf(stream);
    }

    @Override
    public boolean isBackpressured() {
      return true;
    }

    @Override
    public void parked() {
      parked.countDown();
    }

    @Override
    public void queued() {
      queued.countDown();
    }

    boolean isParked() {
      return parked.getCount() == 0;
    }

    void awaitQueued() throws InterruptedException {
      assertThat(queued.await(120, TimeUnit.SECONDS)).as("%s was not queued", this).isTrue();
    }
  }

  /** The flow of a client with a single stream. */
  private static FlowKey flowOf(Object stream) {
    return new FlowKey(stream, stream);
  }

  /** Submits an item of each value, each of a stream of another client. */
  private static List<StreamItem> submitStreams(BatcherHarness harness, int... values)
      throws InterruptedException {
    List<StreamItem> items = new ArrayList<>();
    for (int value : values) {
      items.addAll(submitStream(harness, new Object(), value));
    }
    return items;
  }

  private static List<StreamItem> submitStream(BatcherHarness harness, Object stream, int... values)
      throws InterruptedException {
    List<StreamItem> items = new ArrayList<>();
    for (int value : values) {
      StreamItem item = new StreamItem(value, 1, stream);
      harness.submit(item);
      items.add(item);
    }
    return items;
  }

  @Test
  void clientsAreServedInRoundRobin() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(oneByOne(100, 1_000))) {
      Gate slow = harness.occupyPreparer();
      submitStream(harness, new Object(), 1, 2, 3, 4);
      FakeItem late = harness.submit(new FakeItem(9));
      slow.open();
      late.awaitEnd();
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        order.addAll(harness.work.nextRun().values());
      }
      assertThat(order).containsExactly(0, 1, 9, 2, 3, 4);
    }
  }

  @Test
  void backpressuredItemsFillHalfOfTheQueueAndAreParkedBeyond() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(oneByOne(4, 1_000), listener)) {
      Gate slow = harness.occupyPreparer();
      List<StreamItem> items = submitStreams(harness, 1, 2, 3, 4);
      assertThat(items).extracting(StreamItem::isParked).containsExactly(false, false, true, true);
      assertThat(harness.batcher.queueLength()).isEqualTo(2);
      assertThat(harness.batcher.parkedItems()).isEqualTo(2);
      harness.submit(5, 6);
      harness.refusal(new FakeItem(7));
      assertThat(listener.events).containsExactly("refused FULL");
      slow.open();
      items.get(2).awaitQueued();
      items.get(3).awaitQueued();
      for (StreamItem item : items) {
        item.awaitEnd();
        assertThat(item.runs).hasValue(1);
      }
      assertThat(harness.batcher.parkedItems()).isZero();
    }
  }

  @Test
  void backpressuredItemsDoNotOvertakeEachOther() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(oneByOne(100, 100))) {
      Gate slow = harness.occupyPreparer();
      Object stream = new Object();
      StreamItem large = new StreamItem(1, 50, stream);
      StreamItem larger = new StreamItem(2, 60, stream);
      StreamItem small = new StreamItem(3, 1, stream);
      harness.submit(large);
      harness.submit(larger);
      harness.submit(small);
      assertThat(large.isParked()).isFalse();
      assertThat(larger.isParked()).isTrue();
      // There would be room for it.
      assertThat(small.isParked()).isTrue();
      slow.open();
      small.awaitEnd();
      assertThat(larger.runs).hasValue(1);
    }
  }

  @Test
  void parkedItemsAreBounded() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(oneByOne(4, 100))) {
      Gate slow = harness.occupyPreparer();
      submitStreams(harness, IntStream.rangeClosed(1, 2 + 16).toArray());
      assertThat(harness.batcher.parkedItems()).isEqualTo(16);
      harness.refusal(new StreamItem(19, 1, new Object()));
      slow.open();
    }
    try (BatcherHarness harness = new BatcherHarness(oneByOne(4, 100))) {
      Gate slow = harness.occupyPreparer();
      Object stream = new Object();
      harness.submit(new StreamItem(1, 100, stream));
      FakeItem parked = harness.submit(new StreamItem(2, 60, stream));
      harness.refusal(new StreamItem(3, 41, stream));
      slow.open();
      parked.awaitEnd();
      assertThat(parked.runs).hasValue(1);
    }
  }

  @Test
  void closeFinishesParkedItems() throws Exception {
    List<StreamItem> items;
    try (BatcherHarness harness = new BatcherHarness(oneByOne(2, 1_000))) {
      Gate slow = harness.occupyPreparer();
      items = submitStreams(harness, 1, 2, 3);
      assertThat(harness.batcher.parkedItems()).isEqualTo(2);
      slow.open();
    }
    assertThat(items).allSatisfy(item -> assertThat(item.runs).hasValue(1));
  }

  @Test
  void anItemThatWouldMissItsDeadlineIsRefused() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(oneByOne(100, 1_000), listener)) {
      harness.work.onRun = run -> harness.clock.advance(SECOND);
      harness.submit(100).get(0).awaitEnd();
      harness.submit(101).get(0).awaitEnd();
      listener.awaitRuns(2);
      Gate slow = harness.occupyPreparer();
      harness.submit(1, 2, 3, 4);
      // Five items are before it: the four, and the one that is being prepared.
      FakeItem late = new FakeItem(5);
      late.nanosLeft = Duration.ofMillis(7_999).toNanos();
      ServingException refusal = harness.refusal(late);
      assertThat(refusal)
          .hasMessage(
              "the deadline can't be met: the estimated wait is 6,000 ms,"
                  + " the deadline is in 7,999 ms");
      assertThat(refusal.retryAfter().orElseThrow()).isPositive();
      assertThat(listener.events).contains("refused TOO_LATE").doesNotContain("refused FULL");
      FakeItem inTime = new FakeItem(6);
      inTime.nanosLeft = Duration.ofSeconds(8).toNanos();
      harness.submit(inTime);
      slow.open();
      inTime.awaitEnd();
      assertThat(inTime.runs).hasValue(1);
    }
  }

  @Test
  void anIdleBatcherAcceptsShortDeadlines() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(oneByOne(100, 1_000))) {
      harness.work.onRun = run -> harness.clock.advance(SECOND);
      harness.submit(100).get(0).awaitEnd();
      harness.submit(101).get(0).awaitEnd();
      FakeItem late = new FakeItem(1);
      late.nanosLeft = 1;
      harness.submit(late);
      late.awaitEnd();
      assertThat(late.runs).hasValue(1);
    }
  }

  @Test
  void aCancelledItemReleasesItsRoomAtOnce() throws Exception {
    RecordingListener listener = new RecordingListener();
    try (BatcherHarness harness = new BatcherHarness(oneByOne(2, 1_000), listener)) {
      Gate slow = harness.occupyPreparer();
      List<FakeItem> items = harness.submit(1, 2);
      harness.refusal(new FakeItem(3));
      items.get(0).cancel();
      harness.batcher.removeCancelled(items.get(0).flow());
      assertThat(((ServingException) items.get(0).awaitFailure()).kind()).isEqualTo(Kind.CANCELLED);
      assertThat(listener.events).containsExactly("refused FULL", "cancelled");
      assertThat(harness.batcher.queueLength()).isEqualTo(1);
      FakeItem next = harness.submit(new FakeItem(4));
      // These are not cancelled.
      harness.batcher.removeCancelled(items.get(1).flow());
      slow.open();
      next.awaitEnd();
      assertThat(items.get(1).runs).hasValue(1);
    }
  }

  @Test
  void aCancelledStreamMakesRoomForParkedItems() throws Exception {
    try (BatcherHarness harness = new BatcherHarness(oneByOne(8, 1_000))) {
      Gate slow = harness.occupyPreparer();
      Object cancelled = new Object();
      List<StreamItem> lost = submitStream(harness, cancelled, 1, 2, 3, 4, 5);
      assertThat(harness.batcher.queueLength()).isEqualTo(3);
      List<StreamItem> kept = submitStream(harness, new Object(), 6, 7);
      assertThat(kept).extracting(StreamItem::isParked).containsExactly(false, true);
      lost.forEach(FakeItem::cancel);
      harness.batcher.removeCancelled(flowOf(cancelled));
      for (StreamItem item : lost) {
        item.awaitFailure();
      }
      assertThat(harness.batcher.parkedItems()).isZero();
      assertThat(harness.batcher.queueLength()).isEqualTo(2);
      kept.get(1).awaitQueued();
      slow.open();
    }
  }
}
