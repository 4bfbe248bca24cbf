package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemQueueTest {

  private static final int CAPACITY = 32;
  private static final long BYTES = 64;

  private final ItemQueue<FakeItem> queue = new ItemQueue<>(CAPACITY, BYTES, 1);

  /** An item that is parked instead of refused. */
  private static final class BackpressuredItem extends FakeItem {
    BackpressuredItem(int value, long bytes) {
      super(value, bytes);
    }

    @Override
    public boolean isBackpressured() {
      return true;
    }
  }

  private static ItemQueue.Entry<FakeItem> entry(FakeItem item) {
    return new ItemQueue.Entry<>(item, 0);
  }

  /** Even when there is always room for small items. */
  @Test
  void aLargeParkedItemIsAdmittedAfterABoundedNumberOfOthers() {
    FakeItem large = new BackpressuredItem(0, 16);
    int others = 0;
    while (queue.offer(entry(new FakeItem(++others, 1)))) {
      assertThat(others).isLessThan(CAPACITY + 1);
    }
    FakeItem heavy = new FakeItem(1, BYTES / 2);
    while (!queue.offer(entry(heavy))) {
      var unused = queue.remove();
    }
    assertThat(queue.offer(entry(large))).isFalse();
    assertThat(queue.park(entry(large))).isTrue();
    for (int round = 0; round < 3 * CAPACITY; round++) {
      if (queue.admitParked().equals(List.of(large))) {
        return;
      }
      // As many as there is room for, then one is removed.
      while (queue.offer(entry(new FakeItem(2, 8)))) {}
      var unused = queue.remove();
    }
    throw new AssertionError("the large item never got a place");
  }

  private FakeItem queued(String client, int value) {
    FakeItem item = new FakeItem(value);
    item.flow = new FlowKey(client, "stream of " + client);
    assertThat(queue.offer(entry(item))).isTrue();
    return item;
  }

  private List<Integer> taken() {
    List<Integer> values = new ArrayList<>();
    while (!queue.isEmpty()) {
      values.add(queue.remove().item().value);
    }
    assertThat(queue.level()).isEqualTo(new ItemQueue.Level(0, 0, 0));
    return values;
  }

  /** An item that another client waits for too is served as early as an item of that one. */
  @Test
  void expeditesAnItemToAnotherCall() {
    for (int value = 0; value < 8; value++) {
      queued("greedy", value);
    }
    FakeItem last = queued("greedy", 8);
    queued("busy", 20);
    queued("busy", 21);
    FlowKey polite = new FlowKey("polite", "call");
    assertThat(queue.expedite(last, last.flow(), new FlowKey("busy", "call"))).isTrue();
    assertThat(queue.expedite(last, last.flow(), polite)).isFalse();
    assertThat(queue.expedite(last, new FlowKey("busy", "call"), polite)).isTrue();
    assertThat(queue.expedite(last, polite, last.flow())).isFalse();
    assertThat(taken()).containsExactly(0, 20, 8, 1, 21, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void anItemIsNotExpeditedToALaterTurn() {
    FakeItem next = queued("quick", 0);
    queued("greedy", 1);
    queued("greedy", 2);
    assertThat(queue.expedite(next, next.flow(), new FlowKey("greedy", "stream of greedy")))
        .isFalse();
    assertThat(queue.expedite(next, next.flow(), new FlowKey("polite", "call"))).isFalse();
    assertThat(queue.expedite(new FakeItem(9), next.flow(), new FlowKey("polite", "call")))
        .isFalse();
    assertThat(taken()).containsExactly(0, 1, 2);
  }

  /** A parked item exceeds its client's share, but not another client's. */
  @Test
  void expediteAdmitsAParkedItem() {
    FlowKey greedy = new FlowKey("greedy", "stream");
    int value = 0;
    FakeItem item;
    do {
      item = new BackpressuredItem(value++, 1);
      item.flow = greedy;
    } while (queue.offer(entry(item)));
    assertThat(queue.park(entry(item))).isTrue();
    assertThat(queue.expedite(item, greedy, new FlowKey("polite", "call"))).isTrue();
    assertThat(queue.level().parked()).isZero();
    assertThat(taken().subList(0, 2)).containsExactly(0, value - 1);
  }

  private FakeItem costing(int turns, boolean isCostly, FlowKey flow, int value) {
    FakeItem item = new FakeItem(value);
    item.flow = flow;
    item.turns = turns;
    item.isCostly = isCostly;
    assertThat(queue.offer(entry(item))).isTrue();
    return item;
  }

  /** One large item before it is a longer wait than a few small items. */
  @Test
  void expediteComparesTheCostOfItems() {
    queued("polite", 0);
    queued("polite", 1);
    FakeItem wanted = queued("polite", 2);
    FlowKey greedy = new FlowKey("greedy", "stream");
    costing(4, false, greedy, 10);
    assertThat(queue.expedite(wanted, wanted.flow(), greedy)).isFalse();
    assertThat(queue.expedite(wanted, wanted.flow(), new FlowKey("greedy", "call"))).isTrue();
    assertThat(taken()).containsExactly(0, 1, 2, 10);
  }

  /** Before each turn of its call, each other call has one, also while it saves turns. */
  @Test
  void aCostlierItemWaitsForMoreTurnsOfOtherCalls() {
    queued("polite", 0);
    queued("polite", 1);
    FakeItem wanted = costing(3, false, new FlowKey("polite", "stream of polite"), 2);
    costing(9, false, new FlowKey("greedy", "call"), 10);
    assertThat(queue.expedite(wanted, wanted.flow(), new FlowKey("greedy", "new"))).isFalse();
  }

  /** The costly item may have to wait for others to finish. */
  @Test
  void anItemIsNotExpeditedBehindACostlyOne() {
    for (int value = 0; value < 8; value++) {
      queued("polite", value);
    }
    FakeItem wanted = queued("polite", 8);
    FlowKey greedy = new FlowKey("greedy", "stream");
    costing(2, true, greedy, 10);
    assertThat(queue.expedite(wanted, wanted.flow(), greedy)).isFalse();
  }
}
