package dev.vgg16.inference.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The waiting items of one call in a {@link RoundRobinQueue}, and the turns saved for the first of
 * them. Not thread-safe.
 */
final class CallQueue<E> {

  private final Object call;
  private final ToIntFunction<E> turns;
  private final ArrayDeque<E> items = new ArrayDeque<>(1);
  private int saved;

  /**
   * @param turns the cost of an item
   */
  CallQueue(Object call, ToIntFunction<E> turns) {
    this.call = call;
    this.turns = turns;
  }

  Object call() {
    return call;
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  void add(E item) {
    items.add(item);
  }

  /** The first item; there must be one. */
  E first() {
    return items.getFirst();
  }

  /** Whether the first item costs more turns than are saved, with the next one counted. */
  boolean hasToSave() {
    return saved < turns.applyAsInt(first()) - 1;
  }

  void saveTurn() {
    saved++;
  }

  /** Removes the first item, which must be there. */
  E remove() {
    saved = 0;
    return items.removeFirst();
  }

  /** Removes the items that match. */
  List<E> removeIf(Predicate<E> test) {
    List<E> removed = new ArrayList<>();
    items.removeIf(item -> test.test(item) && removed.add(item));
    return removed;
  }

  /** The first item that matches, or null. */
  @Nullable E find(Predicate<E> test) {
    for (E item : items) {
      if (test.test(item)) {
        return item;
      }
    }
    return null;
  }

  /** The turns that the call needs until a waiting item is served. */
  long turnsUntil(E item) {
    long needed = -saved;
    for (E next : items) {
      needed += turns.applyAsInt(next);
      if (next.equals(item)) {
        break;
      }
    }
    return needed;
  }

  /** The turns that the call needs for all of its waiting items. */
  long turnsForAll() {
    return items.stream().mapToLong(turns::applyAsInt).sum() - saved;
  }
}
