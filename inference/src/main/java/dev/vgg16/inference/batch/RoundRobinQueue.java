package dev.vgg16.inference.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue with two levels of round robin: over the clients, and over the calls of each client.
 * Items of one call keep their order.
 *
 * <p>An item may cost several turns: its call saves turns until it has enough. This is deficit
 * round robin (Shreedhar and Varghese, 1996) with a quantum of one turn and a deficit counter for
 * each call. However many calls and items a client has, and whatever they cost, at most one of its
 * items is served between two one-turn items of another client. A client or call that had no items
 * waiting joins at the end of the rotation. {@link #add}, {@link #remove} and {@link #peek} take
 * constant time for each turn, plus the calls whose next item is not eligible. Not thread-safe.
 */
final class RoundRobinQueue<E> {

  // In the order of the next turns, without empty queues.
  private final LinkedHashMap<Object, ClientQueue<E>> clients = new LinkedHashMap<>();
  private final ToIntFunction<E> turns;
  private int size;

  /** A client, and its call that can use a turn. */
  private record Turn<E>(ClientQueue<E> client, CallQueue<E> call) {}

  /** A queue of items that cost one turn each. */
  RoundRobinQueue() {
    this(item -> 1);
  }

  /**
   * @param turns the cost of an item, at least 1; constant for an item
   */
  RoundRobinQueue(ToIntFunction<E> turns) {
    this.turns = turns;
  }

  void add(FlowKey flow, E item) {
    clients
        .computeIfAbsent(flow.client(), client -> new ClientQueue<>(client, turns))
        .add(flow.call(), item);
    size++;
  }

  /**
   * Removes the eligible item whose turn it is; null when none is eligible.
   *
   * @param eligible whether an item that is the first of its call may be removed; otherwise its
   *     call saves turns, at most as many as the item costs
   */
  @Nullable E remove(Predicate<E> eligible) {
    for (Turn<E> next = nextTurn(eligible); next != null; next = nextTurn(eligible)) {
      E item = next.client().turn(next.call());
      moveToEnd(next.client());
      if (item != null) {
        size--;
        return item;
      }
    }
    return null;
  }

  /** The next turn that can be used; null when no call can use one. */
  private @Nullable Turn<E> nextTurn(Predicate<E> eligible) {
    for (ClientQueue<E> client : clients.values()) {
      CallQueue<E> call = client.callForTurn(eligible);
      if (call != null) {
        return new Turn<>(client, call);
      }
    }
    return null;
  }

  /** Removes the next item of a client, which must have one, and ends the client's turn. */
  E removeOf(Object client) {
    ClientQueue<E> queue = waiting(client);
    E item = queue.remove();
    size--;
    moveToEnd(queue);
    return item;
  }

  private ClientQueue<E> waiting(Object client) {
    return Objects.requireNonNull(clients.get(client), "the client has no items");
  }

  private void moveToEnd(ClientQueue<E> queue) {
    clients.remove(queue.client());
    if (queue.size() > 0) {
      clients.put(queue.client(), queue);
    }
  }

  /** The first of the clients' next items, in the order of turns, that matches, or null. */
  @Nullable E peek(Predicate<E> test) {
    for (ClientQueue<E> queue : clients.values()) {
      E item = queue.peek();
      if (test.test(item)) {
        return item;
      }
    }
    return null;
  }

  /** Removes the items of a call that match. */
  List<E> removeIf(FlowKey flow, Predicate<E> test) {
    ClientQueue<E> queue = clients.get(flow.client());
    if (queue == null) {
      return List.of();
    }
    List<E> removed = queue.removeIf(flow.call(), test);
    size -= removed.size();
    if (queue.size() == 0) {
      clients.remove(flow.client());
    }
    return removed;
  }

  /** The first item of a call that matches, or null. */
  @Nullable E find(FlowKey flow, Predicate<E> test) {
    ClientQueue<E> queue = clients.get(flow.client());
    return queue == null ? null : queue.find(flow.call(), test);
  }

  /** An upper bound of the turns of its client until a waiting item is served. */
  long turnsUntil(FlowKey flow, E item) {
    return waiting(flow.client()).turnsUntil(flow.call(), item);
  }

  /** The same for an item that is added now. */
  long turnsUntilNew(FlowKey flow, E item) {
    ClientQueue<E> queue = clients.get(flow.client());
    return queue == null ? turns.applyAsInt(item) : queue.turnsUntilNew(flow.call(), item);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * An upper bound of the items served before one that is added now, of a call that has none
   * waiting. Constant time for an item of one turn of a client that has none waiting, otherwise
   * linear in the number of clients.
   *
   * @param cost of the item, in turns
   */
  int itemsBefore(FlowKey flow, int cost) {
    ClientQueue<E> own = clients.get(flow.client());
    if (own == null && cost == 1) {
      return clients.size();
    }
    // Before each turn of the call, each other call of its client and each client has one.
    long ownBefore = own == null ? 0 : (long) cost * own.calls();
    long before = own == null ? 0 : Math.min(own.size(), ownBefore);
    for (ClientQueue<E> other : clients.values()) {
      if (other != own) {
        before += Math.min(other.size(), ownBefore + cost);
      }
    }
    return (int) before;
  }
}
