package dev.vgg16.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The items without an outcome: those to be sent, in their order, and those in flight. */
final class OutstandingItems {

  private final Deque<Integer> toSend = new ArrayDeque<>();
  private final Map<String, Sent> inFlight = new LinkedHashMap<>();

  /** When the items to be resent were first sent. */
  private final Map<Integer, Long> firstSent = new HashMap<>();

  /**
   * An item in flight.
   *
   * @param nanos when it was sent first
   */
  record Sent(int index, long nanos) {}

  OutstandingItems(int count) {
    for (int i = 0; i < count; i++) {
      toSend.add(i);
    }
  }

  boolean isEmpty() {
    return toSend.isEmpty() && inFlight.isEmpty();
  }

  boolean hasUnsent() {
    return !toSend.isEmpty();
  }

  int inFlight() {
    return inFlight.size();
  }

  /** Removes the next item to be sent. */
  int next() {
    return toSend.remove();
  }

  /** Puts an item in flight; returns the id of its request. */
  String sent(int index, long now) {
    String id = Integer.toString(index);
    Long first = firstSent.remove(index);
    inFlight.put(id, new Sent(index, first == null ? now : first));
    return id;
  }

  /** Removes an item in flight; empty when there is none of this id. */
  Optional<Sent> remove(String id) {
    return Optional.ofNullable(inFlight.remove(id));
  }

  /** Puts an item before all that are to be sent: its timeout is running. */
  void resend(Sent item) {
    firstSent.put(item.index(), item.nanos());
    toSend.push(item.index());
  }

  /** Puts all items in flight before those to be sent, in their order. */
  void resendAll() {
    List<Sent> all = new ArrayList<>(inFlight.values());
    inFlight.clear();
    for (int i = all.size() - 1; i >= 0; i--) {
      resend(all.get(i));
    }
  }

  /** When the longest-waiting item in flight was first sent. */
  OptionalLong oldest() {
    return inFlight.values().stream().mapToLong(Sent::nanos).min();
  }

  /** Removes the items in flight that were sent at this time or before. */
  Collection<Sent> removeSentUntil(long nanos) {
    List<Sent> expired = new ArrayList<>();
    for (Iterator<Sent> all = inFlight.values().iterator(); all.hasNext(); ) {
      Sent item = all.next();
      if (item.nanos() - nanos <= 0) {
        all.remove();
        expired.add(item);
      }
    }
    return expired;
  }
}
