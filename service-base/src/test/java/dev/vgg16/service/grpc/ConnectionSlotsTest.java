package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionSlotsTest {

  private final AtomicLong nanoTime = new AtomicLong();
  private final ConnectionSlots slots = new ConnectionSlots(10, nanoTime::get);
  private final List<String> closed = new ArrayList<>();

  private Optional<ConnectionSlots.Slot> take(String address, String name) {
    nanoTime.incrementAndGet();
    return slots.acquire(address, () -> closed.add(name));
  }

  @Test
  void anAddressGetsFourFifthsAndThenClosesItsLongestIdle() {
    List<ConnectionSlots.Slot> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(take("a", "a" + i).orElseThrow());
    }
    assertThat(closed).isEmpty();
    all.get(0).busy();
    all.get(1).busy();
    nanoTime.incrementAndGet();
    all.get(1).idle();
    assertThat(take("a", "a8")).isPresent();
    assertThat(closed).containsExactly("a2");
  }

  @Test
  void connectionsThatNeverHadACallAreClosedFirst() {
    List<ConnectionSlots.Slot> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(take("a", "a" + i).orElseThrow());
    }
    all.get(0).busy();
    all.get(0).idle();
    for (int i = 0; i < 20; i++) {
      assertThat(take("a", "new")).isPresent();
    }
    assertThat(closed).hasSize(20).doesNotContain("a0");
  }

  @Test
  void refusesWhenAllConnectionsHaveCalls() {
    for (int i = 0; i < 8; i++) {
      take("a", "a" + i).orElseThrow().busy();
    }
    assertThat(take("a", "a8")).isEmpty();
    assertThat(closed).isEmpty();
    assertThat(take("b", "b0")).as("of another address").isPresent();
  }

  @Test
  void aNewAddressMayReplaceAnyIdleConnection() {
    for (int i = 0; i < 10; i++) {
      ConnectionSlots.Slot slot = take("address " + i, "" + i).orElseThrow();
      if (i != 4) {
        slot.busy();
      }
    }
    assertThat(take("address 3", "another")).isEmpty();
    assertThat(take("new", "new")).isPresent();
    assertThat(closed).containsExactly("4");
  }

  @Test
  void aClosedConnectionReleasesItsSlot() {
    List<ConnectionSlots.Slot> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ConnectionSlots.Slot slot = take("a", "a" + i).orElseThrow();
      slot.busy();
      all.add(slot);
    }
    all.get(0).release();
    all.get(0).release();
    assertThat(take("a", "a8")).isPresent().hasValueSatisfying(ConnectionSlots.Slot::busy);
    assertThat(take("a", "a9")).isEmpty();
  }
}
