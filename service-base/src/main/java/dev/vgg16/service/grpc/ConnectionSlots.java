package dev.vgg16.service.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.fairness.FairShares;
import io.grpc.netty.shaded.io.netty.channel.Channel;
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
 * Bounds how many connections there are, of which no address gets all. When there is no place for
 * another of an address, the one of that address goes that has been without a call for longest,
 * first of those that never had one: a client between two calls is not among them, however slowly
 * its next is read. If each has calls, the new one is refused. An address that has none yet may
 * take the place of anybody's. Thread-safe.
 */
final class ConnectionSlots {

  /** Of an IPv6 address; a host has all that begin with them. */
  private static final int NETWORK_BYTES = 8;

  private final int most;
  private final LongSupplier nanoTime;

  @GuardedBy("this")
  private final FairShares places;

  @GuardedBy("this")
  private final Set<Slot> taken = new HashSet<>();

  /**
   * @param most connections
   * @param nanoTime like {@link System#nanoTime}
   */
  ConnectionSlots(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.places = new FairShares(most, Long.MAX_VALUE);
  }

  /** How many there may be. */
  int most() {
    return most;
  }

  /** The place of one connection, which at first has no call. */
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

    /** It has calls. */
    void busy() {
      used = true;
      busy = true;
    }

    /** It has no call. */
    void idle() {
      idleSince = nanoTime.getAsLong();
      busy = false;
    }

    /** The connection is closed; may be called again. */
    void free() {
      ConnectionSlots.this.free(this);
    }
  }

  /**
   * A place for a new connection; empty when it must be closed.
   *
   * @param address by {@link #addressOf}
   * @param close closes it at once, from any thread
   */
  synchronized Optional<Slot> take(Object address, Runnable close) {
    if (!places.fits(0) || !places.isWithinShare(address, 0)) {
      boolean first = taken.stream().noneMatch(slot -> slot.address.equals(address));
      Optional<Slot> idle = longestIdle(slot -> first || slot.address.equals(address));
      if (idle.isEmpty()) {
        return Optional.empty();
      }
      free(idle.get());
      idle.get().close.run();
    }
    Slot slot = new Slot(address, close);
    places.acquire(address, 0);
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

  private synchronized void free(Slot slot) {
    if (taken.remove(slot)) {
      places.release(slot.address, 0);
    }
  }

  /** Equal for connections that count as of the same address. */
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
