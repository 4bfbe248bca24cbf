package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.vgg16.head.registry.KnownVersion.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Heads are written as cats/1=a, where a stands for their size and a1 for another inode. */
class ReconciliationTest {

  private final Map<HeadVersion, KnownVersion> known = new HashMap<>();
  private final Map<String, FileFingerprint> knownReleases = new HashMap<>();
  private final Set<HeadVersion> loaded = new HashSet<>();

  private static HeadVersion version(String place) {
    List<String> parts = Splitter.on('/').splitToList(place);
    return HeadVersion.parse(parts.get(0), parts.get(1)).orElseThrow();
  }

  private static FileFingerprint files(String content) {
    return new FileFingerprint(
        List.of(
            new FileFingerprint.Entry(
                "head.json",
                Optional.of(
                    new FileTree.Status(
                        false, content.charAt(0), Instant.EPOCH, Instant.EPOCH, content)))));
  }

  /**
   * Also cats=pin:a for a pin, cats! or cats/1! for what can't be read, cats? for what is empty.
   */
  private static HeadCatalog catalog(String... places) {
    HeadCatalog.Builder catalog = new HeadCatalog.Builder();
    for (String place : places) {
      if (place.endsWith("?")) {
        catalog.empty(place.substring(0, place.length() - 1));
      } else if (place.endsWith("!")) {
        catalog.unreadable(place.substring(0, place.length() - 1), new IOException("failed"));
      } else {
        List<String> parts = Splitter.on('=').splitToList(place);
        if (parts.get(1).startsWith("pin:")) {
          catalog.release(parts.get(0), files(parts.get(1)));
        } else {
          catalog.version(version(parts.get(0)), files(parts.get(1)));
        }
      }
    }
    return catalog.build();
  }

  private void made(String place, String content, Outcome outcome) {
    known.put(version(place), new KnownVersion(files(content), outcome, Optional.empty()));
    if (outcome == Outcome.LOADED) {
      loaded.add(version(place));
    }
  }

  private Reconciliation between(HeadCatalog last, HeadCatalog now) {
    return after(AbsencePolicy.NONE.after(now, loaded), last, now);
  }

  private Reconciliation after(AbsencePolicy absence, HeadCatalog last, HeadCatalog now) {
    return new Reconciliation(last, now, known, knownReleases, loaded, absence, "main");
  }

  private Reconciliation stable(String... places) {
    return between(catalog(places), catalog(places));
  }

  private List<HeadVersion> unloads(Reconciliation todo, String name, String... ready) {
    Optional<HeadVersion> highest =
        loaded.stream().filter(v -> v.name().equals(name)).max(HeadVersion::compareTo);
    return todo.toUnload(
        name, highest, List.of(ready).stream().map(ReconciliationTest::version).toList());
  }

  @Test
  void loadsWhatIsNewOnceItIsTheSameInTwoScans() {
    made("cats/1", "a", Outcome.LOADED);
    assertThat(between(catalog("cats/1=a"), catalog("cats/1=a", "cats/2=b")).toLoad("cats"))
        .isEmpty();
    assertThat(
            between(catalog("cats/1=a", "cats/2=b"), catalog("cats/1=a", "cats/2=c"))
                .toLoad("cats"))
        .isEmpty();
    assertThat(stable("cats/1=a", "cats/2=c").toLoad("cats")).containsExactly(version("cats/2"));
    assertThat(stable("cats/1=a", "cats/2=c").toLoad("dogs")).isEmpty();
  }

  @Test
  void loadsWhatHasChangedAndWhatCouldNotBeRead() {
    made("cats/1", "a", Outcome.LOADED);
    made("cats/2", "a", Outcome.REFUSED);
    made("cats/3", "a", Outcome.UNLOADED);
    made("cats/4", "a", Outcome.UNREADABLE);
    assertThat(stable("cats/1=a", "cats/2=a", "cats/3=a", "cats/4=a").toLoad("cats"))
        .containsExactly(version("cats/4"));
    assertThat(stable("cats/1=b", "cats/2=b", "cats/3=b", "cats/4=b").toLoad("cats")).hasSize(4);
  }

  /** The last version was removed long ago; its replacement is missing for one scan. */
  @Test
  void aHeadStaysWhileItsFolderIsReplaced() {
    made("cats/1", "a", Outcome.LOADED);
    made("cats/2", "b", Outcome.REFUSED);
    assertThat(unloads(stable("cats/2=b"), "cats")).isEmpty();
    assertThat(unloads(between(catalog("cats/2=b"), catalog()), "cats")).isEmpty();
    assertThat(unloads(between(catalog(), catalog()), "cats")).containsExactly(version("cats/1"));
  }

  @Test
  void unloadsWhatIsGoneInTwoScans() {
    made("cats/1", "a", Outcome.LOADED);
    made("cats/2", "a", Outcome.LOADED);
    assertThat(unloads(between(catalog("cats/1=a", "cats/2=a"), catalog("cats/2=a")), "cats"))
        .isEmpty();
    assertThat(unloads(stable("cats/2=a"), "cats")).containsExactly(version("cats/1"));
    assertThat(stable("cats/2=a").toForget("cats")).containsExactly(version("cats/1"));
  }

  @Test
  void unloadsAWholeHeadThatIsGone() {
    made("cats/1", "a", Outcome.LOADED);
    made("main/1", "a", Outcome.LOADED);
    assertThat(unloads(stable("main/1=a"), "cats")).containsExactly(version("cats/1"));
  }

  @Test
  void whatCanNotBeReadIsNotGone() {
    made("cats/1", "a", Outcome.LOADED);
    made("main/1", "a", Outcome.LOADED);
    for (String unreadable : List.of("cats!", "cats/1!")) {
      assertThat(unloads(stable("main/1=a", unreadable), "cats")).isEmpty();
      assertThat(stable("main/1=a", unreadable).toForget("cats")).isEmpty();
      // One scan is not enough, even if it can be read now.
      assertThat(unloads(between(catalog("main/1=a", unreadable), catalog("main/1=a")), "cats"))
          .isEmpty();
    }
  }

  @Test
  void anEmptyFolderOfAHeadIsNotGone() {
    made("cats/1", "a", Outcome.LOADED);
    made("main/1", "a", Outcome.LOADED);
    for (String empty : List.of("cats?", "cats/1?")) {
      assertThat(unloads(stable("main/1=a", empty), "cats")).isEmpty();
      assertThat(stable("main/1=a", empty).toForget("cats")).isEmpty();
      assertThat(stable("main/1=a", empty).hasNewRelease("cats")).isFalse();
    }
  }

  /** A volume may hold several heads; and somebody may remove several. */
  @Test
  void severalHeadsThatGoAtOnceAreWaitedFor() {
    made("cats/1", "a", Outcome.LOADED);
    made("dogs/1", "a", Outcome.LOADED);
    made("main/1", "a", Outcome.LOADED);
    HeadCatalog left = catalog("main/1=a");
    AbsencePolicy absence = AbsencePolicy.NONE;
    for (int scan = 1; scan < AbsencePolicy.SCANS_FOR_SEVERAL; scan++) {
      absence = absence.after(left, loaded);
      assertThat(unloads(after(absence, left, left), "cats")).isEmpty();
      assertThat(after(absence, left, left).toForget("cats")).isEmpty();
    }
    absence = absence.after(left, loaded);
    assertThat(unloads(after(absence, left, left), "cats")).containsExactly(version("cats/1"));
    assertThat(unloads(after(absence, left, left), "dogs")).containsExactly(version("dogs/1"));
  }

  /** As the default head is, which stays loaded: it holds up no other. */
  @Test
  void aHeadThatHasBeenGoneForLongIsNotOneOfSeveral() {
    made("cats/1", "a", Outcome.LOADED);
    made("main/1", "a", Outcome.LOADED);
    made("dogs/1", "a", Outcome.LOADED);
    AbsencePolicy absence = AbsencePolicy.NONE;
    for (int scan = 1; scan <= AbsencePolicy.SCANS_FOR_SEVERAL; scan++) {
      absence = absence.after(catalog("cats/1=a", "dogs/1=a"), loaded);
    }
    HeadCatalog left = catalog("dogs/1=a");
    absence = absence.after(left, loaded);
    assertThat(unloads(after(absence, left, left), "cats")).containsExactly(version("cats/1"));
  }

  /** File systems of which inodes and times of change differ at each scan. */
  @Test
  void identitiesNeedNotBeStable() {
    assertThat(between(catalog("cats/1=a1"), catalog("cats/1=a2")).toLoad("cats"))
        .containsExactly(version("cats/1"));
    assertThat(between(catalog("cats=pin:1"), catalog("cats=pin:2")).hasNewRelease("cats"))
        .isTrue();
    made("cats/1", "a0", Outcome.LOADED);
    knownReleases.put("cats", files("pin:0"));
    assertThat(between(catalog("cats/1=a1"), catalog("cats/1=a2")).toLoad("cats")).isEmpty();
    assertThat(between(catalog("cats=pin:1"), catalog("cats=pin:2")).hasNewRelease("cats"))
        .isFalse();
    assertThat(stable("cats/1=a1").toLoad("cats")).containsExactly(version("cats/1"));
    assertThat(stable("cats=pin:1").hasNewRelease("cats")).isTrue();
  }

  @Test
  void anEmptyFolderIsUnavailable() {
    assertThat(stable().isAway()).isFalse();
    made("cats/1", "a", Outcome.LOADED);
    assertThat(stable().isAway()).isTrue();
    assertThat(stable("cats!").isAway()).isTrue();
    assertThat(stable("dogs/1=a").isAway()).isFalse();
  }

  /** Replaced in one step: the old version serves until the new one is ready. */
  @Test
  void theLastVersionStaysUntilItsSuccessorIsReady() {
    made("cats/1", "a", Outcome.LOADED);
    // Still being written.
    assertThat(unloads(between(catalog("cats/2=a"), catalog("cats/2=b")), "cats")).isEmpty();
    assertThat(unloads(stable("cats/2=b"), "cats", "cats/2")).containsExactly(version("cats/1"));
    made("cats/2", "b", Outcome.REFUSED);
    assertThat(unloads(stable("cats/2=b"), "cats")).isEmpty();
    assertThat(unloads(stable("cats/2!", "dogs/1=a"), "cats")).isEmpty();
    // A version unloaded on demand is not loaded.
    made("cats/2", "b", Outcome.UNLOADED);
    assertThat(unloads(stable("cats/2=b"), "cats")).containsExactly(version("cats/1"));
  }

  @Test
  void ofSeveralRemovedVersionsTheServingOneStays() {
    made("main/1", "a", Outcome.LOADED);
    made("main/2", "a", Outcome.LOADED);
    made("main/3", "a", Outcome.LOADED);
    assertThat(unloads(stable("cats/1=a"), "main"))
        .containsExactly(version("main/1"), version("main/2"));
  }

  @Test
  void theDefaultHeadIsReplacedAndNotUnloaded() {
    made("main/1", "a", Outcome.LOADED);
    assertThat(unloads(stable("cats/1=a"), "main")).isEmpty();
    assertThat(unloads(stable("main/2=a"), "main", "main/2")).containsExactly(version("main/1"));
  }

  @Test
  void pinsChangeOnceTheyAreTheSameInTwoScans() {
    assertThat(
            between(catalog("cats/1=a"), catalog("cats/1=a", "cats=pin:a")).hasNewRelease("cats"))
        .isFalse();
    assertThat(stable("cats/1=a", "cats=pin:a").hasNewRelease("cats")).isTrue();
    knownReleases.put("cats", files("pin:a"));
    assertThat(stable("cats/1=a", "cats=pin:a").hasNewRelease("cats")).isFalse();
    assertThat(stable("cats/1=a", "cats=pin:b").hasNewRelease("cats")).isTrue();
    assertThat(stable("cats/1=a").hasNewRelease("cats")).isTrue();
    assertThat(stable("cats/1=a", "cats/versions.json!").hasNewRelease("cats")).isFalse();
    assertThat(stable("cats!").hasNewRelease("cats")).isFalse();
  }

  @Test
  void returnsAllNamesThatMayHaveToChange() {
    made("gone/1", "a", Outcome.LOADED);
    knownReleases.put("unpinned", files("a"));
    assertThat(stable("cats/1=a", "pinned=pin:a").names())
        .containsExactly("cats", "gone", "pinned", "unpinned");
  }
}
