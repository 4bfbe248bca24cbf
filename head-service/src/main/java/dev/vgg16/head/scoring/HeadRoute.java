package dev.vgg16.head.scoring;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.CheckReturnValue;
import dev.vgg16.release.TrafficSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loaded versions of a head that answer for an id of a request, and those that score in their
 * shadow. Immutable; its users keep the versions that answer loaded by {@link #retain}.
 */
public final class HeadRoute {

  /** What a version scores a map for. */
  public enum Arm {
    /** The name was asked for, and this is the default version. */
    DEFAULT,
    /** The name was asked for, and the map falls in this version's share. */
    TRAFFIC,
    /** A version or a label was asked for. */
    NAMED,
    /** Another version answers. */
    SHADOW
  }

  private final Head stable;
  private final Optional<TrafficSplit> split;
  private final ImmutableList<Head> shares;
  private final ImmutableList<Head> shadows;
  private final ImmutableSet<Head> answering;
  private final boolean byName;

  private HeadRoute(
      Head stable,
      Optional<TrafficSplit> split,
      List<Head> shares,
      List<Head> shadows,
      boolean byName) {
    this.stable = stable;
    this.split = split;
    this.shares = ImmutableList.copyOf(shares);
    this.shadows = ImmutableList.copyOf(shadows);
    this.answering = ImmutableSet.<Head>builder().add(stable).addAll(shares).build();
    this.byName = byName;
  }

  /** Of an id that names one version. */
  public static HeadRoute named(Head head) {
    return new HeadRoute(head, Optional.empty(), List.of(), List.of(), false);
  }

  /**
   * Of a name alone.
   *
   * @param stable its default version
   * @param split its traffic, if that is split
   * @param shares who answers each share of the split, which may be the default version
   * @param shadows versions that score besides
   */
  public static HeadRoute byName(
      Head stable, Optional<TrafficSplit> split, List<Head> shares, List<Head> shadows) {
    return new HeadRoute(stable, split, shares, shadows, true);
  }

  /** The version that answers for the name, but for the shares of others. */
  public Head stable() {
    return stable;
  }

  /** Whether a map's key decides which version scores it. */
  public boolean isSplit() {
    return answering.size() > 1;
  }

  /** The version that scores a map with this key. */
  public Head of(long key) {
    int share = split.map(traffic -> traffic.shareOf(key)).orElse(-1);
    return share < 0 ? stable : shares.get(share);
  }

  /** What a version that answers does so for. */
  public Arm arm(Head head) {
    return !byName ? Arm.NAMED : head == stable ? Arm.DEFAULT : Arm.TRAFFIC;
  }

  /** The versions that answer. */
  public ImmutableSet<Head> answering() {
    return answering;
  }

  /** The versions that score in the shadow; not retained. */
  public ImmutableList<Head> shadows() {
    return shadows;
  }

  /** Keeps the versions that answer loaded until {@link #release}; false when one is closed. */
  @CheckReturnValue
  public boolean retain() {
    List<Head> retained = new ArrayList<>(answering.size());
    for (Head head : answering) {
      if (!head.retain()) {
        retained.forEach(Head::release);
        return false;
      }
      retained.add(head);
    }
    return true;
  }

  /** Undoes one {@link #retain}. */
  public void release() {
    answering.forEach(Head::release);
  }
}
