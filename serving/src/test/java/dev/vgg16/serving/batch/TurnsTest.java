package dev.vgg16.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns<String> turns = new Turns<>();

  private void add(Object owner, String... things) {
    for (String thing : things) {
      turns.add(owner, thing);
    }
  }

  private List<String> removeAll() {
    List<String> all = new ArrayList<>();
    while (turns.size() > 0) {
      all.add(turns.remove());
    }
    return all;
  }

  @Test
  void ownersTakeTurnsAndEachHasItsOrder() {
    add("a", "a1", "a2", "a3");
    add("b", "b1");
    add("c", "c1", "c2");
    assertThat(turns.owners()).isEqualTo(3);
    assertThat(removeAll()).containsExactly("a1", "b1", "c1", "a2", "c2", "a3");
    assertThat(turns.owners()).isZero();
  }

  @Test
  void whoComesBehindAnOwnerOfManyWaitsForOne() {
    for (int i = 0; i < 10_000; i++) {
      add("many", "m" + i);
    }
    turns.remove();
    add("one", "o");
    assertThat(turns.remove()).isEqualTo("m1");
    assertThat(turns.remove()).isEqualTo("o");
  }

  @Test
  void anOwnerThatComesAgainIsLast() {
    add("a", "a1");
    add("b", "b1");
    assertThat(turns.remove()).isEqualTo("a1");
    add("a", "a2");
    assertThat(removeAll()).containsExactly("b1", "a2");
  }

  @Test
  void equalOwnersAreNotTheSame() {
    add(new String("x"), "1", "2");
    add(new String("x"), "3");
    assertThat(removeAll()).containsExactly("1", "3", "2");
  }

  @Test
  void takesOutOfOneOwnersLineOnly() {
    add("a", "x1", "y", "x2");
    add("b", "x3");
    assertThat(turns.removeIf("a", thing -> thing.startsWith("x"))).containsExactly("x1", "x2");
    assertThat(turns.removeIf("unknown", thing -> true)).isEmpty();
    assertThat(turns.size()).isEqualTo(2);
    assertThat(removeAll()).containsExactly("y", "x3");
  }

  @Test
  void anOwnerWithNothingLeftHasNoTurn() {
    add("a", "a1");
    add("b", "b1");
    assertThat(turns.removeIf("a", thing -> true)).containsExactly("a1");
    assertThat(turns.owners()).isEqualTo(1);
    assertThat(removeAll()).containsExactly("b1");
  }
}
