package dev.vgg16.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.util.List;

/**
 * Sends requests to the versions of one head by their keys. A pure function of the head's name, the
 * shares and the key: replicas agree, and a restart changes nothing. Immutable.
 *
 * <p>Keys fall into {@link #BUCKETS}. Each share takes the next ones from 0 on, so that a share at
 * the end of the list that grows keeps the keys that it had. The buckets of another head are
 * others.
 */
public final class TrafficSplit {

  /** Each is 0.01% of the keys. */
  public static final int BUCKETS = 10_000;

  private final long seed;
  private final int[] ends;

  /**
   * @param head its name
   * @param shares of versions other than the default, at most all buckets together
   */
  public TrafficSplit(String head, List<TrafficShare> shares) {
    this.seed = Hashing.farmHashFingerprint64().hashString(head, UTF_8).asLong();
    this.ends = new int[shares.size()];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += shares.get(i).buckets();
      ends[i] = end;
    }
  }

  /** The index of the share that a key falls in; -1: in none, so that the default answers. */
  public int shareOf(long key) {
    int bucket = bucket(key);
    for (int i = 0; i < ends.length; i++) {
      if (bucket < ends[i]) {
        return i;
      }
    }
    return -1;
  }

  /** From 0 to {@link #BUCKETS} - 1. */
  int bucket(long key) {
    return (int) Long.remainderUnsigned(mixed(key ^ seed), BUCKETS);
  }

  /**
   * The finalizer of MurmurHash3: keys need not be hashes, and consecutive ones are spread too. It
   * must stay as it is, since another one would give keys other versions.
   */
  private static long mixed(long key) {
    long mixed = key;
    mixed ^= mixed >>> 33;
    mixed *= 0xff51afd7ed558ccdL;
    mixed ^= mixed >>> 33;
    mixed *= 0xc4ceb9fe1a85ec53L;
    mixed ^= mixed >>> 33;
    return mixed;
  }
}
