package dev.vgg16.feature.relay;

import com.google.common.base.Ticker;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The head replicas that there are, and which of them gets the next maps: the one with the fewest
 * unanswered, and of several such the one that was sent the fewest so far. A replica that is new or
 * back is taken to have been sent as many as the one with the fewest, so that it gets its share and
 * no more. A replica that has answered nothing yet gets one request and no more: it may hang.
 * Thread-safe.
 */
final class ReplicaSet {

  // Whatever counts more is a higher bit; the unanswered maps are below.
  private static final long UNPROVEN = 1L << 33;
  private static final long FAILS = 1L << 34;
  private static final long FAILED_BEFORE = 1L << 35;
  private static final long REFUSES_SERVICE = 1L << 36;

  private final Function<SocketAddress, Replica> connect;
  private final Ticker ticker;

  @GuardedBy("this")
  private final Map<SocketAddress, Member> members = new LinkedHashMap<>();

  /** Those that are gone from the name and still owe answers. */
  @GuardedBy("this")
  private final Set<Replica> leaving = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  private static final class Member {
    final Replica replica;
    boolean isAvailable;
    boolean wasAvailable;
    long sentMaps;

    Member(Replica replica) {
      this.replica = replica;
    }
  }

  /**
   * @param connect makes the replica of an address; must not call back
   */
  ReplicaSet(Function<SocketAddress, Replica> connect, Ticker ticker) {
    this.connect = connect;
    this.ticker = ticker;
  }

  /**
   * The replica that is to get so many maps next; they count as sent. Empty when none is available.
   *
   * @param failedAt where the maps were sent before in vain: any other is better
   */
  synchronized Optional<Replica> pick(int maps, Predicate<SocketAddress> failedAt) {
    level();
    long now = ticker.read();
    Member best = null;
    long bestCost = 0;
    for (Member member : members.values()) {
      if (member.isAvailable) {
        long cost = cost(member.replica, failedAt, now);
        if (best == null
            || cost < bestCost
            || (cost == bestCost && member.sentMaps < best.sentMaps)) {
          best = member;
          bestCost = cost;
        }
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    best.sentMaps += maps;
    return Optional.of(best.replica);
  }

  private static long cost(Replica replica, Predicate<SocketAddress> failedAt, long now) {
    int unanswered = replica.unansweredMaps();
    long cost = unanswered;
    if (unanswered > 0 && !replica.hasAnswered()) {
      cost |= UNPROVEN;
    }
    if (replica.fails(now)) {
      cost |= FAILS;
    }
    if (failedAt.test(replica.address())) {
      cost |= FAILED_BEFORE;
    }
    if (replica.refusesService(now)) {
      cost |= REFUSES_SERVICE;
    }
    return cost;
  }

  /** Brings those that have become available to the level of the others. */
  @GuardedBy("this")
  private void level() {
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    boolean joined = false;
    for (Member member : members.values()) {
      member.wasAvailable = member.isAvailable;
      // Once: it may change at any time.
      member.isAvailable = member.replica.isAvailable();
      joined |= member.isAvailable && !member.wasAvailable;
      highest = Math.max(highest, member.sentMaps);
      if (member.isAvailable && member.wasAvailable) {
        lowest = Math.min(lowest, member.sentMaps);
      }
    }
    if (!joined) {
      return;
    }
    long level = lowest == Long.MAX_VALUE ? highest : lowest;
    for (Member member : members.values()) {
      if (member.isAvailable && !member.wasAvailable) {
        member.sentMaps = level;
      }
    }
  }

  /** These are all; the others leave. */
  void replaceWith(Set<SocketAddress> addresses) {
    List<Replica> left = new ArrayList<>();
    List<Replica> come = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      for (Member member : List.copyOf(members.values())) {
        SocketAddress address = member.replica.address();
        if (!addresses.contains(address)) {
          members.remove(address);
          left.add(member.replica);
        }
      }
      for (SocketAddress address : addresses) {
        if (!members.containsKey(address)) {
          Replica replica = connect.apply(address);
          members.put(address, new Member(replica));
          come.add(replica);
        }
      }
      leaving.addAll(left);
    }
    left.forEach(Replica::leave);
    // Asks each at once whether it lives.
    come.forEach(replica -> replica.tick(ticker.read()));
  }

  /** One that is available, or any other; empty when none is known. */
  synchronized Optional<Replica> any() {
    Collection<Member> all = members.values();
    return all.stream()
        .filter(member -> member.replica.isAvailable())
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(member -> member.replica);
  }

  /** Whether this is true of all that are named, and there are any. */
  synchronized boolean allMatch(Predicate<SocketAddress> predicate) {
    return !members.isEmpty() && members.keySet().stream().allMatch(predicate);
  }

  synchronized boolean anyIsAvailable() {
    return members.values().stream().anyMatch(member -> member.replica.isAvailable());
  }

  /** Why no maps can be sent, as far as a replica said; empty where none is known. */
  synchronized Optional<String> lastFailure() {
    return members.values().stream()
        .filter(member -> !member.replica.isAvailable())
        .map(member -> StatusDescriptions.of(member.replica.lastFailure()))
        .findFirst();
  }

  /** Also those that leave. */
  synchronized List<Replica> all() {
    List<Replica> all = new ArrayList<>(leaving);
    members.values().forEach(member -> all.add(member.replica));
    return all;
  }

  /** Does what is due. */
  void tick(long now) {
    all().forEach(replica -> replica.tick(now));
    synchronized (this) {
      leaving.removeIf(replica -> replica.unansweredMaps() == 0);
    }
  }

  /** Ends all; none comes any more. */
  void close(String reason) {
    List<Replica> all;
    synchronized (this) {
      closed = true;
      all = all();
      members.clear();
      leaving.clear();
    }
    all.forEach(replica -> replica.close(reason));
  }
}
