package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each item costs as many turns as its number says. */
class CallQueueTest {

  private final CallQueue<Integer> queue = new CallQueue<>("call", turns -> turns);

  @Test
  void savedTurnsCountForTheFirstItem() {
    queue.add(3);
    queue.add(4);
    queue.saveTurn();
    assertThat(queue.turnsUntil(3)).isEqualTo(2);
    assertThat(queue.turnsUntil(4)).isEqualTo(6);
    assertThat(queue.turnsForAll()).isEqualTo(6);
  }

  @Test
  void savesAllTurnsOfAnItemButOne() {
    queue.add(3);
    assertThat(queue.hasToSave()).isTrue();
    queue.saveTurn();
    queue.saveTurn();
    assertThat(queue.hasToSave()).isFalse();
  }

  @Test
  void noTurnIsSavedForTheNextItem() {
    queue.add(3);
    queue.add(4);
    queue.saveTurn();
    assertThat(queue.remove()).isEqualTo(3);
    assertThat(queue.turnsForAll()).isEqualTo(4);
  }
}
