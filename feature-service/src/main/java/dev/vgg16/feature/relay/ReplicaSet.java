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
 * The head replicas, and which of them gets the next maps: the one with the fewest unanswered maps;
 * of several such, the one that was sent the fewest so far. A replica that becomes available counts
 * as having been sent as many as the available one with the fewest, so that it gets an even share.
 * A replica that has not answered yet gets a single request, as long as others have answered: it
 * may hang. Thread-safe.
 */
final class ReplicaSet {

  // The bits of a cost, the most important highest; the unanswered maps are below them.
  private static final long UNPROVEN = 1L << 33;
  private static final long FAILS = 1L << 34;
  private static final long FAILED_BEFORE = 1L << 35;
  private static final long REFUSES_SERVICE = 1L << 36;

  private final Function<SocketAddress, Replica> connect;
  private final Ticker ticker;

  @GuardedBy("this")
  private final Map<SocketAddress, Member> members = new LinkedHashMap<>();

  /** Those that the name no longer resolves to and that have unanswered requests. */
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
   * @param connect creates the replica of an address; must not call back
   */
  ReplicaSet(Function<SocketAddress, Replica> connect, Ticker ticker) {
    this.connect = connect;
    this.ticker = ticker;
  }

  /**
   * Chooses the replica for so many maps, which then count as sent. Empty when none is available.
   *
   * @param failedAt whether an earlier attempt to send the maps there failed: another is better
   */
  synchronized Optional<Replica> pick(int maps, Predicate<SocketAddress> failedAt) {
    updateAvailability();
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

  /** Replicas that have become available start with the count of maps sent of the others. */
  @GuardedBy("this")
  private void updateAvailability() {
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    boolean joined = false;
    for (Member member : members.values()) {
      member.wasAvailable = member.isAvailable;
      // Read once, as it may change at any time.
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
    long start = lowest == Long.MAX_VALUE ? highest : lowest;
    for (Member member : members.values()) {
      if (member.isAvailable && !member.wasAvailable) {
        member.sentMaps = start;
      }
    }
  }

  /** Keeps those of these addresses, adds the missing ones, and lets the others finish. */
  void replaceWith(Set<SocketAddress> addresses) {
    List<Replica> removed = new ArrayList<>();
    List<Replica> added = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      for (Member member : List.copyOf(members.values())) {
        SocketAddress address = member.replica.address();
        if (!addresses.contains(address)) {
          members.remove(address);
          removed.add(member.replica);
        }
      }
      for (SocketAddress address : addresses) {
        if (!members.containsKey(address)) {
          Replica replica = connect.apply(address);
          members.put(address, new Member(replica));
          added.add(replica);
        }
      }
      leaving.addAll(removed);
    }
    removed.forEach(Replica::leave);
    // The first health check, at once.
    added.forEach(replica -> replica.tick(ticker.read()));
  }

  /** One that is available, else any; empty when none is known. */
  synchronized Optional<Replica> any() {
    Collection<Member> all = members.values();
    return all.stream()
        .filter(member -> member.replica.isAvailable())
        .findFirst()
        .or(() -> all.stream().findFirst())
        .map(member -> member.replica);
  }

  /** Whether this is true of all replicas but those that leave, and there are any. */
  synchronized boolean allMatch(Predicate<SocketAddress> predicate) {
    return !members.isEmpty() && members.keySet().stream().allMatch(predicate);
  }

  synchronized boolean anyIsAvailable() {
    return members.values().stream().anyMatch(member -> member.replica.isAvailable());
  }

  synchronized ReplicaCounts counts() {
    int available =
        (int) members.values().stream().filter(member -> member.replica.isAvailable()).count();
    return new ReplicaCounts(available, members.size() - available);
  }

  /** Why a replica is not available; empty when none is known or all are available. */
  synchronized Optional<String> lastFailure() {
    return members.values().stream()
        .filter(member -> !member.replica.isAvailable())
        .map(member -> StatusDescriptions.of(member.replica.lastFailure()))
        .findFirst();
  }

  /** Including those that leave. */
  synchronized List<Replica> all() {
    List<Replica> all = new ArrayList<>(leaving);
    members.values().forEach(member -> all.add(member.replica));
    return all;
  }

  /** Ticks each replica, and forgets those that have left. */
  void tick(long now) {
    all().forEach(replica -> replica.tick(now));
    synchronized (this) {
      leaving.removeIf(replica -> replica.unansweredMaps() == 0);
    }
  }

  /** Ends all, and accepts no new ones. */
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
