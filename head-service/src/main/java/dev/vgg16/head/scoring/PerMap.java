package dev.vgg16.head.scoring;

import java.util.List;
import java.util.function.Function;

/**
 * A value for each map of a batch.
 *
 * @param values one for each map, or a single one for all of them
 */
public record PerMap<T>(List<T> values) {

  public PerMap {
    values = List.copyOf(values);
  }

  /** The value of one map of the batch. */
  public T of(int map) {
    return values.get(isShared() ? 0 : map);
  }

  /** Whether all maps have the same value. */
  public boolean isShared() {
    return values.size() == 1;
  }

  /** Another value for each map. */
  public <R> PerMap<R> map(Function<T, R> function) {
    return new PerMap<>(values.stream().map(function).toList());
  }
}
