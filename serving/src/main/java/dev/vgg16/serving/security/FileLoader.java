package dev.vgg16.serving.security;

import java.nio.file.Path;
import java.util.List;

/** Reads files: once, or again when they change. */
public interface FileLoader {

  /** For programs that soon end. */
  FileLoader ONCE = (files, load) -> load.load();

  /** Takes what is in files. */
  interface Load {
    /**
     * @throws UnusableFileException when it is of no use; then nothing must have changed
     */
    void load();
  }

  /**
   * Reads files now, and later as it does.
   *
   * @throws UnusableFileException when they can't be used now
   */
  void add(List<Path> files, Load load);
}
