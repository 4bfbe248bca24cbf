package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.inference.onnx.OpenModels;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code versions.json} says of the head three, whose versions are 1, 2 and 10. */
class ReleasedHeadsTest extends WatchedHeads {

  private static final int KEYS = 1000;

  @BeforeEach
  void release() throws IOException {
    release(
        """
        {"default": 1, "labels": {"canary": 2, "next": 11},
         "traffic": [{"version": 2, "percent": 20}, {"version": 11, "percent": 30}],
         "shadow": [10]}
        """);
  }

  private void release(String text) throws IOException {
    Files.writeString(folder.resolve("three/versions.json"), text);
    scan(2);
  }

  private long answeredBy(String id) {
    HeadRoute route = sync.registry().acquire("three");
    try {
      return LongStream.range(0, KEYS)
          .filter(key -> route.of(key).manifest().id().equals(id))
          .count();
    } finally {
      route.release();
    }
  }

  private String found(String id) {
    return sync.registry().find(id).manifest().id();
  }

  @Test
  void namesALabelAndTheLabelsOfEveryHead() {
    assertThat(found("three@canary")).isEqualTo("three@2");
    assertThat(found("three@stable")).isEqualTo("three@1");
    assertThat(found("three@latest")).isEqualTo("three@10");
    assertThat(found("three")).isEqualTo("three@1");
    assertThat(found("two@stable")).isEqualTo("two@1");
    assertThatThrownBy(() -> found("three@next"))
        .hasMessage(
            "the label next of three means version 11, which is not loaded; it has 1, 2, 10");
    assertThatThrownBy(() -> found("three@beta"))
        .hasMessage(
            "the head three has no version beta; it has 1, 2, 10, and the labels canary, next");
  }

  /** The share of a version that is not loaded goes to the default. */
  @Test
  void splitsTheNameAlone() {
    assertThat(answeredBy("three@2")).isBetween(150L, 250L);
    assertThat(answeredBy("three@1")).isEqualTo(KEYS - answeredBy("three@2"));
    for (String named : List.of("three@stable", "three@1", "three@canary", "two")) {
      HeadRoute route = sync.registry().acquire(named);
      assertThat(route.isSplit()).as(named).isFalse();
      assertThat(route.shadows()).as(named).isEmpty();
      route.release();
    }
  }

  @Test
  void aVersionGetsItsShareOnceItIsLoaded() throws IOException {
    long before = answeredBy("three@2");
    heads.add("three/10", "three/11");
    scan(2);
    assertThat(answeredBy("three@11")).isBetween(250L, 350L);
    assertThat(answeredBy("three@2")).isEqualTo(before);
    assertThat(found("three@next")).isEqualTo("three@11");
    assertThat(sync.registry().unreleased()).isZero();
  }

  @Test
  void saysWhatItCanNotDo() throws IOException {
    scan(SCANS);
    assertThat(lines())
        .containsExactly(
            "head three: default 1, 20% to 2, 30% to 11, shadow 10, canary = 2, next = 11",
            "head three: versions.json gives 30% to version 11, which is not loaded: the default version answers them",
            "head three: versions.json calls version 11 next, which is not loaded: requests for that label fail");
    assertThat(sync.registry().unreleased()).isEqualTo(2);
    release("{\"default\": 99, \"shadow\": [98]}");
    assertThat(lines().subList(3, 6))
        .containsExactly(
            "head three: default 99, shadow 98",
            "head three: versions.json makes version 99 the default, which is not loaded: the highest is",
            "head three: versions.json has version 98 in the shadow, which is not loaded: it scores nothing");
  }

  /** Its maps are others: every request in its share would fail. */
  @Test
  void aVersionOfAnotherBackboneGetsNoShare() throws IOException {
    heads.edit("three/2", "\"backbone\": \"tiny\"", "\"backbone\": \"huge\"");
    scan(2);
    assertThat(answeredBy("three@1")).isEqualTo(KEYS);
    assertThat(lines())
        .contains(
            "head three: versions.json gives 20% to version 2, which is of another backbone than the default version: the default version answers them");
    assertThat(role(2).trafficPercent()).isZero();
  }

  private HeadRole role(int version) {
    Head head = sync.registry().find("three@" + version);
    return sync.registry().role(head);
  }

  @Test
  void tellsWhatEachVersionDoes() {
    assertThat(role(1)).isEqualTo(new HeadRole(true, List.of(), 80, false));
    assertThat(role(2)).isEqualTo(new HeadRole(false, List.of("canary"), 20, false));
    assertThat(role(10)).isEqualTo(new HeadRole(false, List.of(), 0, true));
    assertThat(sync.registry().role(sync.registry().find("two")))
        .isEqualTo(new HeadRole(true, List.of(), 100, false));
  }

  @Test
  void aBrokenFileChangesNothing() throws IOException {
    long before = answeredBy("three@2");
    release("{\"default\": 1, \"traffic\": [{\"version\": 2, \"percent\": 120}]}");
    scan(SCANS);
    assertThat(answeredBy("three@2")).isEqualTo(before);
    assertThat(lines())
        .filteredOn(line -> line.startsWith("release refused, the one before holds: "))
        .singleElement()
        .asString()
        .endsWith(
            "three/versions.json: traffic[0].percent must be a number from 0 to 100 with at most two decimals, not 120");
  }

  @Test
  void withoutTheFileTheHighestAnswersAll() throws IOException {
    Files.delete(folder.resolve("three/versions.json"));
    scan(2);
    assertThat(answeredBy("three@10")).isEqualTo(KEYS);
  }

  /** What the command line writes beside it. */
  @Test
  void otherFilesOfTheHeadAreIgnored() throws IOException {
    List<String> before = List.copyOf(lines());
    Files.writeString(folder.resolve("three/releases.jsonl"), "{}\n");
    Files.writeString(folder.resolve("three/.versions.json.1"), "{");
    scan(SCANS);
    assertThat(lines()).containsExactlyElementsOf(before);
    assertThat(ids()).containsExactly("three@1", "three@2", "three@10", "two@1");
  }

  /** A version on trial must not keep the head from being served. */
  @Test
  void aStartNeedsTheDefaultVersionAlone() throws IOException {
    heads.edit("three/2", "\"b\",", "");
    FolderSync other =
        FolderSync.load(
            new HeadFolder(folder), Optional.empty(), new OpenModels(), FolderSync.Listener.NONE);
    assertThat(other.registry().find("three").manifest().id()).isEqualTo("three@1");
    assertThat(other.registry().unreleased()).isEqualTo(4);
    other.registry().close();
  }
}
