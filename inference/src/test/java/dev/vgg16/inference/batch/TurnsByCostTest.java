package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A {@link RoundRobinQueue} of items that cost several turns: "large", 4 of them, and others. */
class TurnsByCostTest {

  private static final int LARGE = 4;

  private final RoundRobinQueue<String> queue =
      new RoundRobinQueue<>(item -> item.startsWith("large") ? LARGE : 1);

  private void add(String client, String call, String... items) {
    for (String item : items) {
      queue.add(new FlowKey(client, call), item);
    }
  }

  private static boolean isSmall(String item) {
    return !item.startsWith("large");
  }

  private List<String> removeAll() {
    List<String> all = new ArrayList<>();
    while (!queue.isEmpty()) {
      all.add(queue.remove(item -> true));
    }
    return all;
  }

  @Test
  void anItemWaitsForAsManyTurnsOfItsClientAsItCosts() {
    add("a", "x", "large1", "large2");
    add("b", "x", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8");
    assertThat(removeAll())
        .containsExactly("b1", "b2", "b3", "large1", "b4", "b5", "b6", "b7", "large2", "b8");
  }

  @Test
  void anItemWaitsForAsManyTurnsOfItsCallAsItCosts() {
    add("a", "x", "large");
    add("a", "y", "y1", "y2", "y3", "y4", "y5");
    assertThat(removeAll()).containsExactly("y1", "y2", "y3", "large", "y4", "y5");
  }

  @Test
  void aloneAnItemDoesNotWait() {
    add("a", "x", "large1", "large2");
    add("a", "y", "large3");
    assertThat(removeAll()).containsExactly("large1", "large3", "large2");
  }

  @Test
  void anIneligibleItemIsOvertakenAndKeepsItsTurns() {
    add("a", "x", "large1");
    add("a", "y", "small1");
    add("b", "x", "large2");
    add("c", "x", "small2", "small3", "small4", "small5");
    List<String> small = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      small.add(queue.remove(TurnsByCostTest::isSmall));
    }
    assertThat(small).containsExactly("small2", "small1", "small3", "small4", "small5");
    assertThat(queue.remove(TurnsByCostTest::isSmall)).isNull();
    add("c", "x", "small6", "small7");
    // They have saved their cost, and are served before new clients.
    assertThat(removeAll()).containsExactly("large2", "large1", "small6", "small7");
  }

  @Test
  void anItemBehindAnIneligibleOneWaits() {
    add("a", "x", "large", "small");
    assertThat(queue.remove(TurnsByCostTest::isSmall)).isNull();
    assertThat(removeAll()).containsExactly("large", "small");
  }

  /** Clients that always have items waiting get equal shares of the cost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sharesAreEven(long seed) {
    int mostTurns = 20;
    Random random = new Random(seed);
    RoundRobinQueue<Map.Entry<Integer, Integer>> items = new RoundRobinQueue<>(Map.Entry::getValue);
    Map<Integer, Integer> spent = new HashMap<>();
    int clients = 2 + random.nextInt(5);
    for (Integer client = 0; client < clients; client++) {
      spent.put(client, 0);
      items.add(new FlowKey(client, 0), Map.entry(client, 1 + random.nextInt(mostTurns)));
    }
    for (int i = 0; i < 5_000; i++) {
      Map.Entry<Integer, Integer> taken = items.remove(item -> true);
      Integer client = taken.getKey();
      // The first client sends only small items.
      int turns = client == 0 ? 1 : 1 + random.nextInt(mostTurns);
      // Before it is empty, or it would count as a new client.
      items.add(new FlowKey(client, 0), Map.entry(client, turns));
      spent.merge(client, taken.getValue(), Integer::sum);
    }
    int least = spent.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
    int most = spent.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    assertThat(most - least).isLessThanOrEqualTo(mostTurns);
  }

  /** An item of a new call never waits longer than estimated. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void theEstimateIsAnUpperBound(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int items = random.nextInt(60);
      for (int i = 0; i < items; i++) {
        String item = random.nextInt(4) == 0 ? "large" : "small";
        add("client " + random.nextInt(5), "call " + random.nextInt(6), item);
      }
      for (int i = random.nextInt(items + 1); i > 0; i--) {
        queue.remove(item -> true);
      }
      FlowKey flow = new FlowKey("client " + random.nextInt(6), "new");
      boolean isLarge = random.nextBoolean();
      int told = queue.itemsBefore(flow, isLarge ? LARGE : 1);
      String mine = isLarge ? "large mine" : "mine";
      queue.add(flow, mine);
      assertThat(removeAll().indexOf(mine)).isLessThanOrEqualTo(told);
    }
  }
}
