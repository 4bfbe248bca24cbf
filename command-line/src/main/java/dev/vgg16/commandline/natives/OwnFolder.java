package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** Checks of folders that code is loaded from, so that nobody else may change them. */
final class OwnFolder {

  /** No permissions for others. */
  static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private OwnFolder() {}

  /**
   * Checks a folder against this process's user.
   *
   * @throws FileSystemException when it is another user's, or group or others may write to it
   * @throws IOException when that can't be found out, such as without permission to write to it
   */
  static void require(Path folder) throws IOException {
    // The owner of what this process creates; the name of its user may be unknown.
    Path probe = Files.createTempDirectory(folder, ".owner");
    UserPrincipal user;
    try {
      user = Files.getOwner(probe);
    } finally {
      Files.delete(probe);
    }
    require(folder, user);
  }

  static void require(Path folder, UserPrincipal user) throws IOException {
    // A link would be whoever's that can write beside it.
    if (!Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(user)
        || !Files.getOwner(folder).equals(user)) {
      throw new FileSystemException(folder.toString(), null, "belongs to another user");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new FileSystemException(
          folder.toString(), null, "can be written by other users: chmod go-w, or delete it");
    }
  }
}
