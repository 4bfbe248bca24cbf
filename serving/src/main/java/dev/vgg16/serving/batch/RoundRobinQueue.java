package dev.vgg16.serving.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A queue with two levels of round robin: one item of each client in turn, and within a client one
 * item of each call in turn. Items of one call keep their order.
 *
 * <p>So however many calls and items a client has, between two items of another client there is at
 * most one of its own. A client or call that had nothing waiting goes to the end of the rotation.
 * {@link #add}, {@link #remove} and {@link #peek} take constant time. Not thread-safe.
 */
final class RoundRobinQueue<E> {

  // Both maps are in the order of the next turns, and hold nothing that is empty.
  private final LinkedHashMap<Object, ClientQueue<E>> clients = new LinkedHashMap<>();
  private int size;

  /** What one client has waiting. */
  private static final class ClientQueue<E> {
    final LinkedHashMap<Object, ArrayDeque<E>> calls = new LinkedHashMap<>();
    int size;

    void add(Object call, E item) {
      calls.computeIfAbsent(call, unused -> new ArrayDeque<>(1)).add(item);
      size++;
    }

    E peek() {
      return first(calls).getValue().peek();
    }

    E remove() {
      Map.Entry<Object, ArrayDeque<E>> next = first(calls);
      calls.remove(next.getKey());
      E item = next.getValue().remove();
      size--;
      if (!next.getValue().isEmpty()) {
        calls.put(next.getKey(), next.getValue());
      }
      return item;
    }

    E find(Object call, Predicate<E> test) {
      return calls.getOrDefault(call, new ArrayDeque<>(1)).stream()
          .filter(test)
          .findFirst()
          .orElse(null);
    }

    int turnsBefore(Object call, E item) {
      return turnsBefore(call, List.copyOf(calls.get(call)).indexOf(item));
    }

    int turnsBeforeNew(Object call) {
      ArrayDeque<E> own = calls.get(call);
      return turnsBefore(call, own == null ? 0 : own.size());
    }

    /** Of the item at this place of a call, which may be a new one. */
    private int turnsBefore(Object call, int place) {
      int before = place;
      boolean earlier = true;
      for (Map.Entry<Object, ArrayDeque<E>> other : calls.entrySet()) {
        if (other.getKey().equals(call)) {
          earlier = false;
        } else {
          before += Math.min(other.getValue().size(), earlier ? place + 1 : place);
        }
      }
      return before;
    }

    List<E> removeIf(Object call, Predicate<E> test) {
      ArrayDeque<E> items = calls.get(call);
      if (items == null) {
        return List.of();
      }
      List<E> removed = new ArrayList<>();
      items.removeIf(item -> test.test(item) && removed.add(item));
      size -= removed.size();
      if (items.isEmpty()) {
        calls.remove(call);
      }
      return removed;
    }
  }

  void add(FlowKey flow, E item) {
    clients.computeIfAbsent(flow.client(), unused -> new ClientQueue<>()).add(flow.call(), item);
    size++;
  }

  /** Takes the item whose turn it is; there must be one. */
  E remove() {
    return removeOf(first(clients).getKey());
  }

  /** Takes the next item of a client, which then goes to the end; there must be one. */
  E removeOf(Object client) {
    ClientQueue<E> queue = clients.remove(client);
    E item = queue.remove();
    size--;
    if (queue.size > 0) {
      clients.put(client, queue);
    }
    return item;
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

  /** How many items of its client have their turn before an item that waits. */
  int turnsBefore(FlowKey flow, E item) {
    return clients.get(flow.client()).turnsBefore(flow.call(), item);
  }

  /** The same for one that is added now. */
  int turnsBeforeNew(FlowKey flow) {
    ClientQueue<E> queue = clients.get(flow.client());
    return queue == null ? 0 : queue.turnsBeforeNew(flow.call());
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * At most how many items have their turn before one that is added now, of a call that has none
   * waiting. Constant time for a client that has none waiting, else linear in the number of
   * clients.
   */
  int itemsBefore(FlowKey flow) {
    ClientQueue<E> own = clients.get(flow.client());
    if (own == null) {
      return clients.size();
    }
    int rounds = own.calls.size();
    int before = rounds;
    for (ClientQueue<E> other : clients.values()) {
      if (other != own) {
        before += Math.min(other.size, rounds + 1);
      }
    }
    return before;
  }

  private static <K, V> Map.Entry<K, V> first(Map<K, V> rotation) {
    return rotation.entrySet().iterator().next();
  }
}
