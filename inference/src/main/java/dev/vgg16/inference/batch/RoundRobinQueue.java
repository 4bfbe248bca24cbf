package dev.vgg16.inference.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * A queue with two levels of round robin: the clients take turns, and within a client its calls do.
 * Items of one call keep their order.
 *
 * <p>An item may cost several turns: its call saves those it gets until it has as many. That is
 * deficit round robin (Shreedhar and Varghese, 1996) with a quantum of one turn, and the deficit
 * kept by call. So however many calls and items a client has, and whatever they cost, between two
 * items of one turn of another client there is at most one of its own. A client or call that had
 * nothing waiting goes to the end of the rotation. {@link #add}, {@link #remove} and {@link #peek}
 * take constant time for each turn, but for the calls whose next item may not go. Not thread-safe.
 */
final class RoundRobinQueue<E> {

  // Both maps are in the order of the next turns, and hold nothing that is empty.
  private final LinkedHashMap<Object, ClientQueue<E>> clients = new LinkedHashMap<>();
  private final ToIntFunction<E> turns;
  private int size;

  /** What one call has waiting, and the turns that it saved for the next of them. */
  private static final class CallQueue<E> {
    final ArrayDeque<E> items = new ArrayDeque<>(1);
    int saved;
  }

  /** What one client has waiting. */
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

    /** The first call that has a use for a turn: it still saves, or its next item may go. */
    Object callForTurn(Predicate<E> mayGo) {
      for (Map.Entry<Object, CallQueue<E>> call : calls.entrySet()) {
        E next = call.getValue().items.peek();
        if (call.getValue().saved < turns.applyAsInt(next) - 1 || mayGo.test(next)) {
          return call.getKey();
        }
      }
      return null;
    }

    /**
     * Gives a turn to a call that has a use for it; returns the item that this pays for, or null.
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
      return turnsUntil(call, (own == null ? 0 : left(own)) + turns.applyAsInt(item));
    }

    /** Until a call has had so many turns, in which each of the others has about as many. */
    private long turnsUntil(Object call, long own) {
      long all = own;
      boolean earlier = true;
      for (Map.Entry<Object, CallQueue<E>> other : calls.entrySet()) {
        if (other.getKey().equals(call)) {
          earlier = false;
        } else {
          all += Math.min(left(other.getValue()), earlier ? own : own - 1);
        }
      }
      return all;
    }

    /** The turns that a call needs for all that it has waiting. */
    private long left(CallQueue<E> call) {
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

  /** Of items that cost one turn each. */
  RoundRobinQueue() {
    this(item -> 1);
  }

  /**
   * @param turns how many an item costs, at least 1; constant for an item
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
   * Takes the item whose turn it is, of those that may go; null when none may.
   *
   * @param mayGo says of an item that is the next of its call whether it may be taken. Of one that
   *     may not, the call saves turns, but no more than that costs
   */
  E remove(Predicate<E> mayGo) {
    for (FlowKey next = nextTurn(mayGo); next != null; next = nextTurn(mayGo)) {
      E item = clients.get(next.client()).turn(next.call());
      toTheEnd(next.client());
      if (item != null) {
        size--;
        return item;
      }
    }
    return null;
  }

  /** Whose turn it is, of those that have a use for one; null when nobody has. */
  private FlowKey nextTurn(Predicate<E> mayGo) {
    for (Map.Entry<Object, ClientQueue<E>> client : clients.entrySet()) {
      Object call = client.getValue().callForTurn(mayGo);
      if (call != null) {
        return new FlowKey(client.getKey(), call);
      }
    }
    return null;
  }

  /** Takes the next item of a client, which then goes to the end; there must be one. */
  E removeOf(Object client) {
    E item = clients.get(client).remove();
    size--;
    toTheEnd(client);
    return item;
  }

  private void toTheEnd(Object client) {
    ClientQueue<E> queue = clients.remove(client);
    if (queue.size > 0) {
      clients.put(client, queue);
    }
  }

  /**
   * The first of the clients' next items, in the order of turns, that the test holds for, or null.
   */
  E peek(Predicate<E> test) {
    for (ClientQueue<E> queue : clients.values()) {
      E item = queue.peek();
      if (test.test(item)) {
        return item;
      }
    }
    return null;
  }

  /** Takes out the items of a call that the test holds for. */
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

  /** The first item of a call that the test holds for, or null. */
  E find(FlowKey flow, Predicate<E> test) {
    ClientQueue<E> queue = clients.get(flow.client());
    return queue == null ? null : queue.find(flow.call(), test);
  }

  /** At most how many turns its client has until it is that of an item that waits. */
  long turnsUntil(FlowKey flow, E item) {
    return clients.get(flow.client()).turnsUntil(flow.call(), item);
  }

  /** The same for one that is added now. */
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
   * At most how many items have their turn before one that is added now, of a call that has none
   * waiting. Constant time for an item of one turn of a client that has none waiting, else linear
   * in the number of clients.
   *
   * @param cost of the item, in turns
   */
  int itemsBefore(FlowKey flow, int cost) {
    ClientQueue<E> own = clients.get(flow.client());
    if (own == null && cost == 1) {
      return clients.size();
    }
    // Each turn of the call comes after one of each other call of its client, and of each client.
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
