package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.registry.FolderSync.Listener.Change;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.errors.ServingException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One head, or several, are missing. */
class HeadGoneTest extends WatchedHeads {

  /** A volume for one head, or for one version: its mount point stays. */
  @ParameterizedTest
  @ValueSource(strings = {"two", "two/1"})
  void anEmptyMountPointOfOneHead(String place) throws IOException {
    Path volume = Files.move(folder.resolve(place), temp.resolve("volume"));
    Files.createDirectory(folder.resolve(place));
    scan(SCANS);
    assertUntouched(1);
    assertThat(lines())
        .containsExactly(
            "heads stay as they are: %s is empty, as if its volume were not mounted"
                .formatted(folder.resolve(place)));
    assertThatThrownBy(() -> sync.load("two", Optional.of(1)))
        .isInstanceOfSatisfying(
            ServingException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .hasMessage("the folder of two@1 is empty");
    Files.delete(folder.resolve(place));
    Files.move(volume, folder.resolve(place));
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2).last().asString().endsWith(place + " has its files again");
  }

  /** Its mount point has gone too: that is a head that was removed. */
  @Test
  void aHeadWhoseEmptyFolderGoesIsUnloaded() throws IOException {
    heads.remove("two/1");
    scan(SCANS);
    assertUntouched(1);
    Files.delete(folder.resolve("two"));
    scan(2);
    assertThat(ids()).containsExactly("three@1", "three@2", "three@10");
    assertThat(lines()).hasSize(2).last().isEqualTo("head unloaded: two@1");
  }

  /** As links into an unmounted volume, or an incomplete listing. */
  @Test
  void severalHeadsThatGoAtOnce() throws IOException {
    heads.add("two/1", "two/2");
    heads.addAs("two/1", "four");
    heads.addAs("two/1", "five");
    scan(2);
    before = sync.registry().all();
    changes.clear();
    log.list.clear();
    for (String name : List.of("two", "four")) {
      Files.move(folder.resolve(name), temp.resolve(name));
    }
    scan(SCANS);
    assertUntouched(3);
    assertThat(lines())
        .singleElement()
        .asString()
        .startsWith("heads stay as they are: 2 disappeared from %s at once".formatted(folder))
        .contains(": four, two; unless they return, they are unloaded after 30 scans");
    for (String name : List.of("two", "four")) {
      Files.move(temp.resolve(name), folder.resolve(name));
    }
    scan(SCANS);
    assertUntouched(0);
    assertThat(lines()).hasSize(2).last().asString().endsWith(" at once are back or unloaded");
    Files.move(folder.resolve("two"), temp.resolve("two"));
    Files.move(folder.resolve("five"), temp.resolve("five"));
    scan(AbsencePolicy.SCANS_FOR_SEVERAL - 1);
    assertUntouched(3);
    scan(1);
    assertThat(ids()).containsExactly("four@1", "three@1", "three@2", "three@10");
    assertThat(changes).containsOnly(Change.UNLOADED).hasSize(3);
  }

  /** As a volume whose folders come back one after the other. */
  @Test
  void oneOfSeveralThatWentAtOnceReturns() throws IOException {
    heads.addAs("two/1", "four");
    scan(2);
    before = sync.registry().all();
    changes.clear();
    log.list.clear();
    for (String name : List.of("two", "four")) {
      Files.move(folder.resolve(name), temp.resolve(name));
    }
    scan(2);
    Files.move(temp.resolve("two"), folder.resolve("two"));
    scan(AbsencePolicy.SCANS_FOR_SEVERAL - 3);
    assertUntouched(1);
    assertThat(lines()).hasSize(1);
    scan(1);
    assertThat(ids()).containsExactly("three@1", "three@2", "three@10", "two@1");
    assertThat(lines())
        .contains("head unloaded: four@1")
        .last()
        .asString()
        .endsWith(" at once are back or unloaded");
  }

  /** A head that was removed during an outage is unloaded after two scans, not at the first. */
  @Test
  void whatIsMissingAfterwardsIsUnloaded() throws IOException {
    tree.fail(folder, new IOException("Input/output error"));
    scan(SCANS);
    heads.remove("three/2");
    tree.heal();
    scan(1);
    assertThat(ids()).contains("three@2");
    scan(1);
    assertThat(ids()).containsExactly("three@1", "three@10", "two@1");
  }
}
