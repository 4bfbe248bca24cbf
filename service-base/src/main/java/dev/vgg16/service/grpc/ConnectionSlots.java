package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.fairness.FairShares;
import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Bounds the number of connections, of which no address gets all. When an address has no slot left,
 * its connection that has been idle for longest is closed, those that never had a call first. If
 * all have calls, the new connection is refused. A new address may replace the idle connection of
 * any address. Thread-safe.
 */
final class ConnectionSlots {

  /** The prefix of an IPv6 address that identifies a host's network. */
  private static final int NETWORK_BYTES = 8;

  private final int most;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private final FairShares shares;

  @GuardedBy("this")
  private final Set<Slot> taken = new HashSet<>();

  /**
   * @param most connections
   * @param nanoTime like {@link System#nanoTime}
   */
  ConnectionSlots(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.shares = new FairShares(most, Long.MAX_VALUE);
  }

  /** The most connections. */
  int most() {
    return most;
  }

  /** The slot of a connection, which at first has no call. */
  final class Slot {
    private final Object address;
    private final Runnable close;
    private volatile boolean used;
    private volatile boolean busy;
    private volatile long idleSince = nanoTime.getAsLong();

    private Slot(Object address, Runnable close) {
      this.address = address;
      this.close = close;
    }

    /** The connection has calls. */
    void busy() {
      used = true;
      busy = true;
    }

    /** The connection has no calls. */
    void idle() {
      idleSince = nanoTime.getAsLong();
      busy = false;
    }

    /** The connection is closed. Idempotent. */
    void release() {
      ConnectionSlots.this.release(this);
    }
  }

  /**
   * Acquires a slot for a new connection; empty when it must be refused.
   *
   * @param address from {@link #addressOf}
   * @param close closes it at once, from any thread
   */
  synchronized Optional<Slot> acquire(Object address, Runnable close) {
    if (!shares.fits(0) || !shares.isWithinShare(address, 0)) {
      boolean first = taken.stream().noneMatch(slot -> slot.address.equals(address));
      Optional<Slot> idle = longestIdle(slot -> first || slot.address.equals(address));
      if (idle.isEmpty()) {
        return Optional.empty();
      }
      release(idle.get());
      idle.get().close.run();
    }
    Slot slot = new Slot(address, close);
    shares.acquire(address, 0);
    taken.add(slot);
    return Optional.of(slot);
  }

  @GuardedBy("this")
  private Optional<Slot> longestIdle(Predicate<Slot> which) {
    long now = nanoTime.getAsLong();
    return taken.stream()
        .filter(slot -> !slot.busy)
        .filter(which)
        .max(
            Comparator.<Slot, Boolean>comparing(slot -> !slot.used)
                .thenComparingLong(slot -> now - slot.idleSince));
  }

  private synchronized void release(Slot slot) {
    if (taken.remove(slot)) {
      shares.release(slot.address, 0);
    }
  }

  /** Equal for connections that count as the same address. */
  static Object addressOf(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress from) || from.isUnresolved()) {
      return "unknown address";
    }
    InetAddress address = from.getAddress();
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(
        address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
  }
}
