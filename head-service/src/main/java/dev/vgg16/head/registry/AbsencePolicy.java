package dev.vgg16.head.registry;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The loaded heads that the folder has nothing of any more. A single one was removed. Several that
 * go at once may lie on a volume that is not mounted, and are waited for. Immutable.
 *
 * @param scans in how many consecutive scans each was gone
 * @param awaited those that are not yet to be unloaded
 */
record AbsencePolicy(ConsecutiveScans<String> scans, ImmutableSet<String> awaited) {

  static final AbsencePolicy NONE = new AbsencePolicy(ConsecutiveScans.none(), ImmutableSet.of());

  /** After so many scans, several heads that are gone are unloaded. */
  static final int SCANS_FOR_SEVERAL = 30;

  /** With one scan more. */
  AbsencePolicy after(HeadCatalog scan, Set<HeadVersion> loaded) {
    ConsecutiveScans<String> absent =
        scans.next(
            loaded.stream()
                .map(HeadVersion::name)
                .filter(name -> scan.versionsOf(name).findAny().isEmpty())
                .filter(name -> !scan.hidesAnyOf(name))
                .collect(Collectors.toSet()));
    Set<String> fresh = Sets.difference(absent.since(1), absent.since(SCANS_FOR_SEVERAL));
    // One of several that went at once is waited for also when it is the last that is away.
    Set<String> waitedFor = fresh.size() > 1 ? fresh : Sets.intersection(fresh, awaited);
    return new AbsencePolicy(absent, ImmutableSet.copyOf(waitedFor));
  }
}
