package dev.vgg16.head.registry;

import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.inference.manifest.JsonFile;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.release.InvalidReleaseException;
import dev.vgg16.release.Release;
import dev.vgg16.release.VersionsFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A folder of heads, {@code NAME/VERSION/head.json} and the file that it names; {@code
 * NAME/versions.json} says which versions answer.
 *
 * @param path the folder
 * @param tree how it is seen
 */
public record HeadFolder(Path path, FileTree tree) {

  public HeadFolder(Path path) {
    this(path, FileTree.DISK);
  }

  /**
   * Examines the folder.
   *
   * @throws ManifestException when the folder itself can't be read
   */
  HeadCatalog catalog() {
    HeadCatalog.Builder found = new HeadCatalog.Builder();
    try {
      for (Path entry : tree.list(path)) {
        addHead(entry, found);
      }
    } catch (NoSuchFileException e) {
      throw new ManifestException("there is no folder of heads " + path, e);
    } catch (IOException e) {
      throw new ManifestException("the folder %s can't be read: %s".formatted(path, e), e);
    }
    return found.build();
  }

  private void addHead(Path entry, HeadCatalog.Builder found) {
    String name = entry.getFileName().toString();
    if (isHidden(name)) {
      return;
    }
    boolean canBeHead = HeadManifest.NAME.matcher(name).matches();
    try {
      if (!tree.status(entry).folder()) {
        return;
      }
      if (canBeHead) {
        addVersions(name, entry, found);
      } else {
        found.foreign(name, "the name of a head must match " + HeadManifest.NAME);
      }
    } catch (NoSuchFileException e) {
      // Gone since the folder was listed.
    } catch (IOException e) {
      if (canBeHead) {
        found.unreadable(name, e);
      } else {
        found.foreign(name, e.toString());
      }
    }
  }

  private void addVersions(String name, Path entry, HeadCatalog.Builder found) throws IOException {
    boolean empty = true;
    for (Path inner : tree.list(entry)) {
      empty &= !addVersion(name, inner, found);
    }
    if (empty) {
      found.empty(name);
    }
  }

  /** Returns whether it is a version, or may be one. */
  private boolean addVersion(String name, Path entry, HeadCatalog.Builder found) {
    String file = entry.getFileName().toString();
    if (isHidden(file)) {
      return false;
    }
    Optional<HeadVersion> version = HeadVersion.parse(name, file);
    try {
      if (file.equals(VersionsFile.NAME)) {
        found.release(name, FileFingerprint.ofFile(tree, entry));
      } else if (tree.status(entry).folder()) {
        if (version.isPresent()) {
          addFiles(version.get(), FileFingerprint.ofFolder(tree, entry), found);
          return true;
        }
        found.foreign(name + "/" + file, "a version's folder is a whole number above 0");
      }
      return false;
    } catch (NoSuchFileException e) {
      // Gone since the folder was listed.
      return false;
    } catch (IOException e) {
      found.unreadable(name + "/" + file, e);
      return version.isPresent();
    }
  }

  private static void addFiles(
      HeadVersion version, FileFingerprint files, HeadCatalog.Builder found) {
    if (files.files().isEmpty()) {
      found.empty(version.place());
    } else {
      found.version(version, files);
    }
  }

  /**
   * Whether something is not for us to examine: {@code .git}, {@code ..data} of a mounted volume,
   * {@code @eaDir} of a network storage.
   */
  static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("@");
  }

  /** Where a version lies, or would. */
  Path folderOf(HeadVersion version) {
    return path.resolve(version.place());
  }

  /**
   * Which versions answer.
   *
   * @throws ManifestException when the file is broken, or can't be read
   */
  Release release(String name) {
    Path file = path.resolve(HeadCatalog.releasePlace(name));
    try {
      return VersionsFile.parse(JsonFile.read(file));
    } catch (InvalidReleaseException e) {
      throw new ManifestException("%s: %s".formatted(file, e.getMessage()));
    }
  }
}
