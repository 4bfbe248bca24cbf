package dev.vgg16.inference.batch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The waiting items of one client in a {@link RoundRobinQueue}: round robin over its calls. Not
 * thread-safe.
 */
final class ClientQueue<E> {

  private final Object client;
  private final ToIntFunction<E> turns;
  // In the order of the next turns, without empty queues.
  private final LinkedHashMap<Object, CallQueue<E>> calls = new LinkedHashMap<>();
  private int size;

  /**
   * @param turns the cost of an item
   */
  ClientQueue(Object client, ToIntFunction<E> turns) {
    this.client = client;
    this.turns = turns;
  }

  Object client() {
    return client;
  }

  /** How many items are waiting. */
  int size() {
    return size;
  }

  /** How many calls have items waiting. */
  int calls() {
    return calls.size();
  }

  void add(Object call, E item) {
    calls.computeIfAbsent(call, key -> new CallQueue<>(key, turns)).add(item);
    size++;
  }

  /** The item that {@link #remove} would remove; there must be one. */
  E peek() {
    return firstCall().first();
  }

  /** Removes the next item, which must be there. */
  E remove() {
    return removeOf(firstCall());
  }

  private CallQueue<E> firstCall() {
    return calls.values().iterator().next();
  }

  /** The first call that can use a turn, to save it or to serve its next item; null: none can. */
  @Nullable CallQueue<E> callForTurn(Predicate<E> eligible) {
    for (CallQueue<E> call : calls.values()) {
      if (call.hasToSave() || eligible.test(call.first())) {
        return call;
      }
    }
    return null;
  }

  /**
   * Gives a turn to a call that can use it; returns the item that it serves, or null when it is
   * saved.
   */
  @Nullable E turn(CallQueue<E> call) {
    if (call.hasToSave()) {
      call.saveTurn();
      moveToEnd(call);
      return null;
    }
    return removeOf(call);
  }

  private E removeOf(CallQueue<E> call) {
    E item = call.remove();
    size--;
    moveToEnd(call);
    return item;
  }

  private void moveToEnd(CallQueue<E> call) {
    calls.remove(call.call());
    if (!call.isEmpty()) {
      calls.put(call.call(), call);
    }
  }

  /** The first item of a call that matches, or null. */
  @Nullable E find(Object call, Predicate<E> test) {
    CallQueue<E> queue = calls.get(call);
    return queue == null ? null : queue.find(test);
  }

  /** Removes the items of a call that match. */
  List<E> removeIf(Object call, Predicate<E> test) {
    CallQueue<E> queue = calls.get(call);
    if (queue == null) {
      return List.of();
    }
    List<E> removed = queue.removeIf(test);
    size -= removed.size();
    if (queue.isEmpty()) {
      calls.remove(call);
    }
    return removed;
  }

  /** An upper bound of the turns until an item of a call, which must be waiting, is served. */
  long turnsUntil(Object call, E item) {
    CallQueue<E> queue = Objects.requireNonNull(calls.get(call), "the call has no items");
    return turnsUntil(call, queue.turnsUntil(item));
  }

  /** The same for an item that is added now. */
  long turnsUntilNew(Object call, E item) {
    CallQueue<E> queue = calls.get(call);
    return turnsUntil(call, (queue == null ? 0 : queue.turnsForAll()) + turns.applyAsInt(item));
  }

  /** The turns of all calls until this one has had {@code own} turns. */
  private long turnsUntil(Object call, long own) {
    long all = own;
    boolean earlier = true;
    for (CallQueue<E> other : calls.values()) {
      if (other.call().equals(call)) {
        earlier = false;
      } else {
        all += Math.min(other.turnsForAll(), earlier ? own : own - 1);
      }
    }
    return all;
  }
}
