package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundRobinQueueTest {

  private final RoundRobinQueue<String> queue = new RoundRobinQueue<>();

  private void add(String client, String call, String... items) {
    for (String item : items) {
      queue.add(new FlowKey(client, call), item);
    }
  }

  private String next() {
    return queue.remove(item -> true);
  }

  private List<String> removeAll() {
    List<String> all = new ArrayList<>();
    while (!queue.isEmpty()) {
      all.add(next());
    }
    return all;
  }

  @Test
  void clientsAreServedInRoundRobinAndCallsKeepTheirOrder() {
    add("a", "x", "ax1", "ax2", "ax3");
    add("b", "x", "bx1");
    add("c", "x", "cx1", "cx2");
    assertThat(queue.size()).isEqualTo(6);
    assertThat(removeAll()).containsExactly("ax1", "bx1", "cx1", "ax2", "cx2", "ax3");
  }

  @Test
  void theCallsOfAClientAreServedInRoundRobin() {
    add("a", "x", "ax1", "ax2");
    add("a", "y", "ay1", "ay2");
    add("b", "x", "bx1", "bx2", "bx3", "bx4");
    assertThat(removeAll()).containsExactly("ax1", "bx1", "ay1", "bx2", "ax2", "bx3", "ay2", "bx4");
  }

  @Test
  void aNewClientWaitsForOneItemOfEachOther() {
    for (int i = 0; i < 10_000; i++) {
      add("many", "call " + i % 120, "m" + i);
    }
    assertThat(next()).isEqualTo("m0");
    assertThat(queue.itemsBefore(new FlowKey("polite", "call"), 1)).isEqualTo(1);
    add("polite", "call", "p");
    assertThat(next()).isEqualTo("m1");
    assertThat(next()).isEqualTo("p");
  }

  @Test
  void aReturningClientIsLast() {
    add("a", "x", "a1");
    add("b", "x", "b1");
    assertThat(next()).isEqualTo("a1");
    add("a", "x", "a2");
    assertThat(removeAll()).containsExactly("b1", "a2");
  }

  @Test
  void removesOnlyFromTheGivenCall() {
    add("a", "x", "1", "2", "3");
    add("a", "y", "1");
    add("b", "x", "1");
    assertThat(queue.removeIf(new FlowKey("a", "x"), item -> !item.equals("2")))
        .containsExactly("1", "3");
    assertThat(queue.removeIf(new FlowKey("a", "unknown"), item -> true)).isEmpty();
    assertThat(queue.removeIf(new FlowKey("unknown", "x"), item -> true)).isEmpty();
    assertThat(queue.size()).isEqualTo(3);
    assertThat(removeAll()).containsExactly("2", "1", "1");
  }

  @Test
  void aClientWithoutItemsHasNoTurn() {
    add("a", "x", "a1");
    add("b", "x", "b1");
    assertThat(queue.removeIf(new FlowKey("a", "x"), item -> true)).containsExactly("a1");
    assertThat(queue.itemsBefore(new FlowKey("a", "x"), 1)).isEqualTo(1);
    assertThat(removeAll()).containsExactly("b1");
  }

  @Test
  void peeksInTheOrderOfTurns() {
    add("a", "x", "a1", "a2");
    add("b", "x", "b1");
    add("c", "x", "c1");
    assertThat(queue.peek(item -> true)).isEqualTo("a1");
    assertThat(queue.peek(item -> !item.startsWith("a"))).isEqualTo("b1");
    // It is behind another item of its call.
    assertThat(queue.peek(item -> item.equals("a2"))).isNull();
    assertThat(queue.removeOf("b")).isEqualTo("b1");
    assertThat(removeAll()).containsExactly("a1", "c1", "a2");
  }

  /** Clients that always have items waiting get the same number of turns, within one. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void turnsAreEvenForAnyArrivals(long seed) {
    Random random = new Random(seed);
    int clients = 2 + random.nextInt(6);
    Map<FlowKey, ArrayDeque<String>> expected = new HashMap<>();
    Map<Object, Integer> turns = new HashMap<>();
    for (int client = 0; client < clients; client++) {
      turns.put(client, 0);
      keepBusy(random, client, expected);
    }
    for (int i = 0; i < 5_000; i++) {
      String item = next();
      Integer client = Integer.valueOf(item.substring(0, item.indexOf('/')));
      turns.merge(client, 1, Integer::sum);
      FlowKey flow = new FlowKey(client, item.substring(item.indexOf('/') + 1, item.indexOf('#')));
      // The order within its call.
      assertThat(expected.get(flow).remove()).isEqualTo(item);
      keepBusy(random, client, expected);
      int least = turns.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
      int most = turns.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
      assertThat(most - least).as("turns after %s items", i).isLessThanOrEqualTo(1);
    }
  }

  /** Adds items faster than they are removed. */
  private void keepBusy(Random random, Integer client, Map<FlowKey, ArrayDeque<String>> expected) {
    int items = waiting(client, expected) < 2 ? 2 : random.nextInt(3);
    for (int i = 0; i < items; i++) {
      String call = "call " + random.nextInt(1 + 5 * client);
      FlowKey flow = new FlowKey(client, call);
      String item = client + "/" + call + "#" + random.nextInt();
      expected.computeIfAbsent(flow, unused -> new ArrayDeque<>()).add(item);
      queue.add(flow, item);
    }
  }

  private static int waiting(Object client, Map<FlowKey, ArrayDeque<String>> expected) {
    return expected.entrySet().stream()
        .filter(entry -> entry.getKey().client().equals(client))
        .mapToInt(entry -> entry.getValue().size())
        .sum();
  }

  /** An item of a new call never waits longer than estimated. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void theEstimateIsAnUpperBoundAndCloseToIt(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int items = random.nextInt(60);
      for (int i = 0; i < items; i++) {
        add("client " + random.nextInt(5), "call " + random.nextInt(6), "other");
      }
      for (int i = random.nextInt(items + 1); i > 0; i--) {
        next();
      }
      String client = "client " + random.nextInt(6);
      FlowKey flow = new FlowKey(client, "new");
      int told = queue.itemsBefore(flow, 1);
      queue.add(flow, "mine");
      int before = removeAll().indexOf("mine");
      // The other clients' round may or may not be over.
      assertThat(before).isBetween(told - 5, told);
    }
  }
}
