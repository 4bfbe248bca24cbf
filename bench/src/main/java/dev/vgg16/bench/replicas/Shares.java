package dev.vgg16.bench.replicas;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How the maps were spread over the head replicas, which are numbered from 0.
 *
 * @param increments in the order of time
 */
public record Shares(List<Increment> increments) {

  /** A replica that has this part of an even share counts as one that takes part. */
  private static final double TAKES_PART = 0.5;

  private static final double PERCENT = 100;

  /**
   * Maps that a replica has scored.
   *
   * @param seconds when they were counted, since the load began
   */
  public record Increment(double seconds, int replica, double maps) {}

  public Shares {
    increments = List.copyOf(increments);
  }

  /** The maps of each of the first {@code replicas} within a time. */
  public double[] maps(int replicas, double from, double to) {
    double[] maps = new double[replicas];
    for (Increment each : increments) {
      if (each.seconds() >= from && each.seconds() < to && each.replica() < replicas) {
        maps[each.replica()] += each.maps();
      }
    }
    return maps;
  }

  /**
   * The largest difference from an even share, in percent of that.
   *
   * @throws IllegalStateException when no map was counted in that time
   */
  public double furthestPercent(int replicas, double from, double to) {
    double[] maps = maps(replicas, from, to);
    double even = Arrays.stream(maps).average().orElseThrow();
    if (even == 0) {
      throw new IllegalStateException(
          "no head replica scored a map from %.0f to %.0f s".formatted(from, to));
    }
    return Arrays.stream(maps).map(of -> Math.abs(of - even) / even * PERCENT).max().orElseThrow();
  }

  /**
   * How long after a time each of the replicas from {@code first} on has had at least half of an
   * even share within one second; empty if one never has until {@code end}.
   */
  public OptionalDouble secondsUntilAllTakePart(int first, int replicas, double from, double end) {
    return IntStream.iterate(0, second -> from + second + 1 <= end, second -> second + 1)
        .filter(second -> takePart(first, maps(replicas, from + second, from + second + 1)))
        .mapToDouble(second -> second + 1)
        .findFirst();
  }

  private static boolean takePart(int first, double[] maps) {
    double even = Arrays.stream(maps).average().orElseThrow();
    return even > 0 && Arrays.stream(maps).skip(first).allMatch(of -> of >= TAKES_PART * even);
  }

  /** How long after a time the last map of the replicas from {@code first} on was counted. */
  public double secondsUntilLast(int first, double from, double end) {
    return increments.stream()
        .filter(each -> each.replica() >= first && each.maps() > 0)
        .mapToDouble(Increment::seconds)
        .filter(seconds -> seconds >= from && seconds < end)
        .map(seconds -> seconds - from)
        .max()
        .orElse(0);
  }
}
