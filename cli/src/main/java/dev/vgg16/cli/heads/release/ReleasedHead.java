package dev.vgg16.cli.heads.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.GsonBuilder;
import dev.vgg16.release.InvalidReleaseException;
import dev.vgg16.release.Release;
import dev.vgg16.release.VersionsFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One head in a folder of heads.
 *
 * @param folder of the head
 * @param name of it
 */
record ReleasedHead(Path folder, String name) {

  /** Hidden, so that head-service does not look at it. */
  private static final String LOCK = ".releases.lock";

  /**
   * @param heads the folder of heads
   * @throws ReleaseFailure when the head has no folder there
   */
  static ReleasedHead in(Path heads, String name) {
    Path folder = heads.resolve(name);
    if (!Files.isDirectory(folder)) {
      throw new ReleaseFailure(
          "there is no head %s in %s: --heads names head-service's folder".formatted(name, heads));
    }
    return new ReleasedHead(folder, name);
  }

  /** All heads of a folder, by name. */
  static List<ReleasedHead> allIn(Path heads) {
    try (Stream<Path> entries = Files.list(heads)) {
      return entries
          .filter(Files::isDirectory)
          .map(folder -> new ReleasedHead(folder, folder.getFileName().toString()))
          .filter(head -> !head.versions().isEmpty())
          .sorted(Comparator.comparing(ReleasedHead::name))
          .toList();
    } catch (IOException e) {
      throw new ReleaseFailure("%s can't be read: %s".formatted(heads, e), e);
    }
  }

  /** The versions that are there, ascending; not whether they can be used. */
  List<Integer> versions() {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> Files.isRegularFile(entry.resolve("head.json")))
          .map(entry -> entry.getFileName().toString())
          .filter(version -> version.matches("[1-9][0-9]{0,8}"))
          .map(Integer::valueOf)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ReleaseFailure("%s can't be read: %s".formatted(folder, e), e);
    }
  }

  /**
   * Checks that a version can be used.
   *
   * @throws ReleaseFailure when it can't
   */
  VersionFiles require(int version) {
    NamedVersion named = new NamedVersion(name, version);
    if (!Files.isDirectory(folder.resolve(Integer.toString(version)))) {
      throw new ReleaseFailure(
          "there is no %s in %s; there are versions %s"
              .formatted(named, folder.getParent(), versions()));
    }
    return VersionFiles.read(folder.resolve(Integer.toString(version)), named);
  }

  /**
   * Checks that a version scores the maps of the default version.
   *
   * @throws ReleaseFailure when it can't be used, or is of another backbone
   */
  void requireBeside(int version, Release release) {
    String backbone = require(version).backbone();
    int stable = meant(release);
    String other = require(stable).backbone();
    if (!backbone.equals(other)) {
      throw new ReleaseFailure(
          "%s is of backbone %s, and the default version %d of %s: it can't score the same maps"
              .formatted(new NamedVersion(name, version), backbone, stable, other));
    }
  }

  /**
   * @throws ReleaseFailure when the file is broken
   */
  Release release() {
    Path file = folder.resolve(VersionsFile.NAME);
    if (!Files.exists(file)) {
      return Release.NONE;
    }
    try {
      return VersionsFile.parse(JsonFiles.object(file));
    } catch (InvalidReleaseException e) {
      throw new ReleaseFailure("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  ReleaseLog log() {
    return new ReleaseLog(folder.resolve(ReleaseLog.NAME));
  }

  /**
   * The default version of a release.
   *
   * @throws ReleaseFailure when there is no version at all
   */
  int meant(Release release) {
    List<Integer> there = versions();
    Optional<Integer> stable = release.stable().filter(there::contains);
    return stable
        .or(() -> there.stream().reduce(Math::max))
        .orElseThrow(() -> new ReleaseFailure("%s has no version".formatted(folder)));
  }

  /**
   * Changes the release, and records that. One change is made at a time, whoever makes it.
   *
   * @param command for the record
   * @param change gets the release as it is
   * @return what has changed, on one line
   * @throws ReleaseFailure when it can't be; then it is as it was
   */
  String change(String command, InstantSource clock, UnaryOperator<Release> change) {
    try (FileChannel file =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Released when the file is closed.
      var unused = file.lock();
      Release before = release();
      Release after = change.apply(before);
      if (after.equals(before)) {
        return "%s: nothing to change: %s".formatted(name, before.describe());
      }
      write(after);
      log()
          .append(
              new ReleaseLog.Change(
                  clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
                  Operator.name(),
                  command,
                  meant(before),
                  meant(after),
                  VersionsFile.toJson(before),
                  VersionsFile.toJson(after)));
      return "%s: %s -> %s".formatted(name, before.describe(), after.describe());
    } catch (IOException e) {
      throw new ReleaseFailure("%s can't be changed: %s".formatted(folder, e), e);
    }
  }

  /** In one step, for those who read it meanwhile. */
  private void write(Release release) throws IOException {
    Path file = folder.resolve(VersionsFile.NAME);
    Path next = folder.resolve("." + VersionsFile.NAME + "." + ProcessHandle.current().pid());
    String text =
        new GsonBuilder().setPrettyPrinting().create().toJson(VersionsFile.toJson(release)) + "\n";
    try {
      Files.writeString(next, text, UTF_8);
      try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
