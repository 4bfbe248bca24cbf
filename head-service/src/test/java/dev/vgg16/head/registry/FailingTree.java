package dev.vgg16.head.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of this machine, of which some can't be read for a while. */
final class FailingTree implements FileTree {

  private final Map<Path, IOException> failures = new HashMap<>();
  private final Set<Path> pretended = new HashSet<>();
  private boolean identities = true;
  private int scans;

  /** From now on, this path and everything below it can't be read. */
  void fail(Path place, IOException failure) {
    failures.put(place, failure);
  }

  /** It is listed as a file, but reading it fails. */
  void pretendToSee(Path file) {
    pretended.add(file);
  }

  /** From now on, each file has another identity at each scan. */
  void forgetIdentities() {
    identities = false;
  }

  void heal() {
    failures.clear();
    pretended.clear();
  }

  @Override
  public List<Path> list(Path folder) throws IOException {
    check(folder);
    return DISK.list(folder);
  }

  @Override
  public Status status(Path file) throws IOException {
    check(file);
    if (pretended.contains(file)) {
      return new Status(false, 1, Instant.EPOCH, Instant.EPOCH, "");
    }
    Status status = DISK.status(file);
    scans++;
    return identities
        ? status
        : new Status(
            status.folder(),
            status.bytes(),
            status.modified(),
            Instant.ofEpochSecond(scans),
            "inode " + scans);
  }

  private void check(Path file) throws IOException {
    for (Map.Entry<Path, IOException> failure : failures.entrySet()) {
      if (file.startsWith(failure.getKey())) {
        throw failure.getValue();
      }
    }
  }
}
