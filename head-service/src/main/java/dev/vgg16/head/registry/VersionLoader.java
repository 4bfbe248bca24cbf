package dev.vgg16.head.registry;

import dev.vgg16.head.registry.HeadLoader.HeadRefusedException;
import dev.vgg16.head.scoring.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loads versions of heads from the folder and records the outcomes. Not thread-safe: used under the
 * lock of {@link FolderSync}.
 */
final class VersionLoader {

  private final HeadFolder folder;
  private final HeadLoader loader;
  private final FolderState state;
  private final FolderSync.Listener listener;
  private final FolderEventLog notices;

  VersionLoader(
      HeadFolder folder,
      HeadLoader loader,
      FolderState state,
      FolderSync.Listener listener,
      FolderEventLog notices) {
    this.folder = folder;
    this.loader = loader;
    this.state = state;
    this.listener = listener;
    this.notices = notices;
  }

  /** Loads the versions of a name that are new or have changed; logs those that can't be used. */
  List<Head> loadAll(Reconciliation todo, String name) {
    List<Head> ready = new ArrayList<>();
    for (HeadVersion version : todo.toLoad(name)) {
      FileFingerprint files = todo.now().filesOf(version).orElseThrow();
      if (isUnchanged(version)) {
        state.same(version, files);
        continue;
      }
      try {
        ready.add(load(version, files));
      } catch (HeadRefusedException e) {
        if (e.isUnreadable()) {
          notices.unreadable(version.place(), e.getMessage());
        } else {
          notices.refused(version, e);
        }
      }
    }
    return ready;
  }

  /** As after a volume is mounted again, or a file is added that is not part of the head. */
  private boolean isUnchanged(HeadVersion version) {
    return state
        .loaded(version)
        .map(loaded -> HeadLoader.isUnchanged(folder.folderOf(version), loaded))
        .orElse(false);
  }

  /** Loads one version. */
  Head load(HeadVersion version, FileFingerprint files) throws HeadRefusedException {
    try {
      Head head = loader.load(folder.folderOf(version));
      state.made(version, files, KnownVersion.Outcome.LOADED, Optional.of(head.manifest()));
      return head;
    } catch (HeadRefusedException e) {
      if (e.isUnreadable()) {
        state.made(version, files, KnownVersion.Outcome.UNREADABLE, Optional.empty());
      } else {
        state.made(version, files, KnownVersion.Outcome.REFUSED, Optional.empty());
        listener.happened(FolderSync.Listener.Change.REFUSED);
      }
      throw e;
    }
  }
}
