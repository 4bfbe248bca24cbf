package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/**
 * In how many looks in a row something was so, for each thing that is so now. Immutable.
 *
 * @param looks at least 1 each
 */
record ConsecutiveScans<K>(ImmutableMap<K, Integer> looks) {

  static <K> ConsecutiveScans<K> none() {
    return new ConsecutiveScans<>(ImmutableMap.of());
  }

  /** After one more look, in which it was so for these alone. */
  ConsecutiveScans<K> next(Collection<K> now) {
    return new ConsecutiveScans<>(
        ImmutableSet.copyOf(now).stream()
            .collect(ImmutableMap.toImmutableMap(Function.identity(), key -> of(key) + 1)));
  }

  /** 0 for what was not so in the last look. */
  int of(K key) {
    return looks.getOrDefault(key, 0);
  }

  /** What has been so for at least this many looks. */
  ImmutableSet<K> since(int least) {
    return looks.entrySet().stream()
        .filter(entry -> entry.getValue() >= least)
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }
}
