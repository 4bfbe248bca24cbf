package dev.vgg16.e2e;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * A copy of the head service as built, in a folder that every user may read: its native libraries
 * are not unpacked yet.
 */
record Installation(Path root) implements AutoCloseable {

  static Installation create() throws IOException {
    Path root = Files.createTempDirectory("vgg16-installation-");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    copyFiles(Program.ROOT.resolve("bin"), root.resolve("bin"));
    Path target = Program.ROOT.resolve("head-service/target");
    copyFiles(target.resolve("lib"), root.resolve("head-service/target/lib"));
    for (String file : new String[] {"head-service.jar", "native-jars"}) {
      Files.copy(target.resolve(file), root.resolve("head-service/target").resolve(file));
    }
    Path heads = Path.of("models/heads/cats-vs-dogs/1");
    copyFiles(Program.ROOT.resolve(heads), root.resolve(heads));
    return new Installation(root);
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  Path program() {
    return root.resolve("bin/head-service");
  }

  /** The folder of its native libraries. */
  Path natives() {
    return root.resolve("head-service/target/native");
  }

  @Override
  public void close() throws IOException {
    MoreFiles.deleteRecursively(root, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
