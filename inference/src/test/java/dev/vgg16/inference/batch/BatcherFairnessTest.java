package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One client overloads the batcher; another sends little. */
class BatcherFairnessTest {

  private static final Object GREEDY = "greedy";
  private static final Object POLITE = "polite";
  private static final int STREAMS = 120;
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** An item of one of many streams. */
  private static final class StreamItem extends FakeItem {

    StreamItem(int value, Object client, int stream) {
      super(value);
      flow = new FlowKey(client, stream);
    }

    @Override
    public boolean isBackpressured() {
      return true;
    }
  }

  private static FakeItem call(int value, Object client) {
    FakeItem item = new FakeItem(value);
    item.flow = new FlowKey(client, new Object());
    return item;
  }

  private final RecordingListener listener = new RecordingListener();

  private BatcherHarness oneByOne(int capacity) {
    return new BatcherHarness(
        new BatcherOptions(1, Duration.ZERO, capacity, 1 << 20, 1, 1), listener);
  }

  /** Makes each run last a second, and lets the batcher measure it. */
  private void learnThatARunLastsASecond(BatcherHarness harness) throws Exception {
    harness.work.onRun = run -> harness.clock.advance(SECOND);
    // The second run begins after the first was measured.
    harness.submit(100_001).get(0).awaitEnd();
    harness.submit(100_002).get(0).awaitEnd();
    listener.awaitRuns(2);
  }

  private static List<Integer> valuesOfRuns(BatcherHarness harness, int count) throws Exception {
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.addAll(harness.work.nextRun().values());
    }
    return values;
  }

  @Test
  void aHundredStreamsDelayAnotherClientByOneItem() throws Exception {
    try (BatcherHarness harness = oneByOne(512)) {
      learnThatARunLastsASecond(harness);
      Gate slow = harness.occupyPreparer();
      for (int i = 1; i <= 2 * STREAMS; i++) {
        harness.submit(new StreamItem(i, GREEDY, i % STREAMS));
      }
      // One in preparation, one of the streams, and this one: 3 s.
      FakeItem tooHasty = call(1_000, POLITE);
      tooHasty.nanosLeft = Duration.ofMillis(3_999).toNanos();
      assertThat(harness.refusal(tooHasty)).hasMessageContaining("estimated wait is 3,000 ms");
      FakeItem polite = call(1_001, POLITE);
      polite.nanosLeft = Duration.ofSeconds(4).toNanos();
      harness.submit(polite);
      slow.open();
      polite.awaitEnd();
      assertThat(valuesOfRuns(harness, 5)).endsWith(0, 1, 1_001);
    }
  }

  /** A deadline for 9 of its client's streams is too short. */
  @Test
  void aCallWaitsForTheStreamsOfItsClient() throws Exception {
    try (BatcherHarness harness = oneByOne(512)) {
      learnThatARunLastsASecond(harness);
      Gate slow = harness.occupyPreparer();
      for (int i = 1; i <= 10; i++) {
        harness.submit(new StreamItem(i, GREEDY, i));
      }
      FakeItem own = call(1_000, GREEDY);
      own.nanosLeft = Duration.ofSeconds(12).toNanos();
      assertThat(harness.refusal(own)).hasMessageContaining("estimated wait is 12,000 ms");
      slow.open();
    }
  }

  @Test
  void theCallsOfOneClientDoNotFillTheQueue() throws Exception {
    try (BatcherHarness harness = oneByOne(100)) {
      Gate slow = harness.occupyPreparer();
      int taken = 0;
      ServingException refused = null;
      while (refused == null) {
        FakeItem next = call(taken + 1, GREEDY);
        refused = catchThrowableOfType(ServingException.class, () -> harness.batcher.submit(next));
        taken += refused == null ? 1 : 0;
      }
      assertThat(taken).isEqualTo(80);
      assertThat(refused).hasMessageStartingWith("this client has used up its share of the queue");
      List<FakeItem> polite = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        polite.add(harness.submit(call(1_000 + i, POLITE)));
      }
      slow.open();
      for (FakeItem item : polite) {
        item.awaitEnd();
        assertThat(item.runs).hasValue(1);
      }
      // Round robin: the tenth item of one is behind at most ten of the other.
      assertThat(valuesOfRuns(harness, 21)).containsAll(polite.stream().map(i -> i.value).toList());
    }
  }

  @Test
  void theStreamsOfOneClientLeaveRoomForAnothers() throws Exception {
    try (BatcherHarness harness = oneByOne(100)) {
      Gate slow = harness.occupyPreparer();
      for (int i = 1; i <= STREAMS; i++) {
        harness.submit(new StreamItem(i, GREEDY, i));
      }
      assertThat(harness.batcher.queueLength()).isEqualTo(40);
      assertThat(harness.batcher.parkedItems()).isEqualTo(STREAMS - 40);
      // It overtakes those that are parked for their client's share.
      FakeItem polite = harness.submit(new StreamItem(1_000, POLITE, 1));
      assertThat(harness.batcher.queueLength()).isEqualTo(41);
      slow.open();
      polite.awaitEnd();
      assertThat(valuesOfRuns(harness, 3)).containsExactly(0, 1, 1_000);
    }
  }

  @Test
  void theStreamsOfOneClientDoNotFillTheParkedItems() throws Exception {
    try (BatcherHarness harness = oneByOne(100)) {
      Gate slow = harness.occupyPreparer();
      for (int i = 1; i <= 40 + 320; i++) {
        harness.submit(new StreamItem(i, GREEDY, i));
      }
      harness.refusal(new StreamItem(361, GREEDY, 361));
      List<FakeItem> polite = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        polite.add(harness.submit(new StreamItem(1_000 + i, POLITE, 1)));
      }
      slow.open();
      for (FakeItem item : polite) {
        item.awaitEnd();
        assertThat(item.runs).hasValue(1);
      }
    }
  }

  /** Small items do not overtake a large parked one for ever. */
  @Test
  void aLargeParkedItemIsNotStarved() throws Exception {
    BatcherOptions options = new BatcherOptions(1, Duration.ZERO, 100, 100, 1, 1);
    try (BatcherHarness harness = new BatcherHarness(options)) {
      Gate slow = harness.occupyPreparer();
      harness.submit(new StreamItem(1, "a", 1));
      FakeItem large =
          new FakeItem(2, 50) {
            @Override
            public boolean isBackpressured() {
              return true;
            }
          };
      harness.submit(large);
      assertThat(harness.batcher.parkedItems()).isEqualTo(1);
      harness.submit(new StreamItem(3, "b", 1));
      assertThat(harness.batcher.parkedItems()).isEqualTo(2);
      slow.open();
      large.awaitEnd();
      assertThat(large.runs).hasValue(1);
    }
  }
}
