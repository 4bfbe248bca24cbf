package dev.vgg16.serving.batch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;

/**
 * Things of many owners, who take turns; those of one owner come out in the order in which they
 * went in. So an owner of many holds up another by no more than one. Not thread-safe.
 */
final class Turns<E> {

  private final IdentityHashMap<Object, Line<E>> lines = new IdentityHashMap<>();
  // Those of the map, in the order of their turns; none is empty.
  private final ArrayDeque<Line<E>> turns = new ArrayDeque<>();
  private int size;

  private static final class Line<E> {
    final Object owner;
    final ArrayDeque<E> things = new ArrayDeque<>(1);

    Line(Object owner) {
      this.owner = owner;
    }
  }

  void add(Object owner, E thing) {
    Line<E> line = lines.get(owner);
    if (line == null) {
      line = new Line<>(owner);
      lines.put(owner, line);
      turns.add(line);
    }
    line.things.add(thing);
    size++;
  }

  /** Takes the first thing of the owner whose turn it is; there must be one. */
  E remove() {
    Line<E> line = turns.remove();
    E thing = line.things.remove();
    size--;
    if (line.things.isEmpty()) {
      lines.remove(line.owner);
    } else {
      turns.add(line);
    }
    return thing;
  }

  /** Takes out what the test holds for of what an owner has. */
  List<E> removeIf(Object owner, Predicate<E> test) {
    Line<E> line = lines.get(owner);
    if (line == null) {
      return List.of();
    }
    List<E> removed = new ArrayList<>();
    line.things.removeIf(thing -> test.test(thing) && removed.add(thing));
    size -= removed.size();
    if (line.things.isEmpty()) {
      lines.remove(owner);
      turns.remove(line);
    }
    return removed;
  }

  int size() {
    return size;
  }

  /** How many have their turn before an owner that comes now. */
  int owners() {
    return turns.size();
  }
}
