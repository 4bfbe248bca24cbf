package dev.vgg16.inference.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

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

  // Here and in ClientQueue: in the order of the next turns, without empty queues.
  private final LinkedHashMap<Object, ClientQueue<E>> clients = new LinkedHashMap<>();
  private final ToIntFunction<E> turns;
  private int size;

  /** The waiting items of one call, and the turns saved for the first of them. */
  private static final class CallQueue<E> {
    final ArrayDeque<E> items = new ArrayDeque<>(1);
    int saved;
  }

  /** The waiting items of one client. */
  private static final class ClientQueue<E> {
    final LinkedHashMap<Object, CallQueue<E>> calls = new LinkedHashMap<>();
    final ToIntFunction<E> turns;
    int size;

    ClientQueue(ToIntFunction<E> turns) {
      this.turns = turns;
    }

    void add(Object call, E item) {
      calls.computeIfAbsent(call, unused -> new CallQueue<>()).items.add(item);
      size++;
    }

    E peek() {
      return first(calls).getValue().items.peek();
    }

    /** The first call that can use a turn: to save it, or to serve its next item. */
    Object callForTurn(Predicate<E> eligible) {
      for (Map.Entry<Object, CallQueue<E>> call : calls.entrySet()) {
        E next = call.getValue().items.peek();
        if (call.getValue().saved < turns.applyAsInt(next) - 1 || eligible.test(next)) {
          return call.getKey();
        }
      }
      return null;
    }

    /**
     * Gives a turn to a call that can use it; returns the item served by it, or null when it is
     * saved.
     */
    E turn(Object call) {
      CallQueue<E> queue = calls.get(call);
      if (queue.saved < turns.applyAsInt(queue.items.peek()) - 1) {
        queue.saved++;
        calls.put(call, calls.remove(call));
        return null;
      }
      return removeOf(call);
    }

    E remove() {
      return removeOf(first(calls).getKey());
    }

    private E removeOf(Object call) {
      CallQueue<E> queue = calls.remove(call);
      E item = queue.items.remove();
      queue.saved = 0;
      size--;
      if (!queue.items.isEmpty()) {
        calls.put(call, queue);
      }
      return item;
    }

    E find(Object call, Predicate<E> test) {
      CallQueue<E> queue = calls.get(call);
      return queue == null ? null : queue.items.stream().filter(test).findFirst().orElse(null);
    }

    long turnsUntil(Object call, E item) {
      long own = -calls.get(call).saved;
      for (E next : calls.get(call).items) {
        own += turns.applyAsInt(next);
        if (next.equals(item)) {
          break;
        }
      }
      return turnsUntil(call, own);
    }

    long turnsUntilNew(Object call, E item) {
      CallQueue<E> own = calls.get(call);
      return turnsUntil(call, (own == null ? 0 : turnsNeeded(own)) + turns.applyAsInt(item));
    }

    /** The turns of all calls until this one has had {@code own} turns. */
    private long turnsUntil(Object call, long own) {
      long all = own;
      boolean earlier = true;
      for (Map.Entry<Object, CallQueue<E>> other : calls.entrySet()) {
        if (other.getKey().equals(call)) {
          earlier = false;
        } else {
          all += Math.min(turnsNeeded(other.getValue()), earlier ? own : own - 1);
        }
      }
      return all;
    }

    /** The turns that a call needs for all of its waiting items. */
    private long turnsNeeded(CallQueue<E> call) {
      return call.items.stream().mapToLong(turns::applyAsInt).sum() - call.saved;
    }

    List<E> removeIf(Object call, Predicate<E> test) {
      CallQueue<E> queue = calls.get(call);
      if (queue == null) {
        return List.of();
      }
      List<E> removed = new ArrayList<>();
      queue.items.removeIf(item -> test.test(item) && removed.add(item));
      size -= removed.size();
      if (queue.items.isEmpty()) {
        calls.remove(call);
      }
      return removed;
    }
  }

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
        .computeIfAbsent(flow.client(), unused -> new ClientQueue<>(turns))
        .add(flow.call(), item);
    size++;
  }

  /**
   * Removes the eligible item whose turn it is; null when none is eligible.
   *
   * @param eligible whether an item that is the first of its call may be removed; otherwise its
   *     call saves turns, at most as many as the item costs
   */
  E remove(Predicate<E> eligible) {
    for (FlowKey next = nextTurn(eligible); next != null; next = nextTurn(eligible)) {
      E item = clients.get(next.client()).turn(next.call());
      moveToEnd(next.client());
      if (item != null) {
        size--;
        return item;
      }
    }
    return null;
  }

  /** The flow whose turn it is, of those that can use one; null when none can. */
  private FlowKey nextTurn(Predicate<E> eligible) {
    for (Map.Entry<Object, ClientQueue<E>> client : clients.entrySet()) {
      Object call = client.getValue().callForTurn(eligible);
      if (call != null) {
        return new FlowKey(client.getKey(), call);
      }
    }
    return null;
  }

  /** Removes the next item of a client, which must have one, and ends the client's turn. */
  E removeOf(Object client) {
    E item = clients.get(client).remove();
    size--;
    moveToEnd(client);
    return item;
  }

  private void moveToEnd(Object client) {
    ClientQueue<E> queue = clients.remove(client);
    if (queue.size > 0) {
      clients.put(client, queue);
    }
  }

  /** The first of the clients' next items, in the order of turns, that matches, or null. */
  E peek(Predicate<E> test) {
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
    if (queue.size == 0) {
      clients.remove(flow.client());
    }
    return removed;
  }

  /** The first item of a call that matches, or null. */
  E find(FlowKey flow, Predicate<E> test) {
    ClientQueue<E> queue = clients.get(flow.client());
    return queue == null ? null : queue.find(flow.call(), test);
  }

  /** An upper bound of the turns of its client until a waiting item is served. */
  long turnsUntil(FlowKey flow, E item) {
    return clients.get(flow.client()).turnsUntil(flow.call(), item);
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
    long ownBefore = own == null ? 0 : (long) cost * own.calls.size();
    long before = own == null ? 0 : Math.min(own.size, ownBefore);
    for (ClientQueue<E> other : clients.values()) {
      if (other != own) {
        before += Math.min(other.size, ownBefore + cost);
      }
    }
    return (int) before;
  }

  private static <K, V> Map.Entry<K, V> first(Map<K, V> rotation) {
    return rotation.entrySet().iterator().next();
  }
}
