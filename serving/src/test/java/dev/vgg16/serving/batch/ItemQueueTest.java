package dev.vgg16.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ItemQueueTest {

  private static final int CAPACITY = 32;
  private static final long BYTES = 64;

  private final ItemQueue<FakeItem> queue = new ItemQueue<>(CAPACITY, BYTES);

  /** An item that waits for a place rather than to be refused. */
  private static final class PatientItem extends FakeItem {
    PatientItem(int value, long bytes) {
      super(value, bytes);
    }

    @Override
    public boolean isPatient() {
      return true;
    }
  }

  private static ItemQueue.Entry<FakeItem> entry(FakeItem item) {
    return new ItemQueue.Entry<>(item, 0);
  }

  /** However many small items of others find room again and again. */
  @Test
  void aLargeParkedItemIsAdmittedAfterABoundedNumberOfOthers() {
    FakeItem large = new PatientItem(0, 16);
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
      // As many as find room, and then one has its turn: of a client that is served at once.
      while (queue.offer(entry(new FakeItem(2, 8)))) {}
      var unused = queue.remove();
    }
    throw new AssertionError("the large item never got a place");
  }
}
