package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * In how many consecutive scans something was so, for each thing that is so now. Immutable.
 *
 * @param scans at least 1 for each key
 */
record ConsecutiveScans<K>(ImmutableMap<K, Integer> scans) {

  static <K> ConsecutiveScans<K> none() {
    return new ConsecutiveScans<>(ImmutableMap.of());
  }

  /** After one more scan, in which it was so for these alone. */
  ConsecutiveScans<K> next(Collection<K> now) {
    return new ConsecutiveScans<>(
        ImmutableSet.copyOf(now).stream()
            .collect(ImmutableMap.toImmutableMap(Function.identity(), key -> of(key) + 1)));
  }

  /** 0 for what was not so in the last scan. */
  int of(K key) {
    return scans.getOrDefault(key, 0);
  }

  /** What has been so for at least this many scans. */
  ImmutableSet<K> since(int least) {
    return scans.entrySet().stream()
        .filter(entry -> entry.getValue() >= least)
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }
}
