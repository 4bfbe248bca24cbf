package dev.vgg16.security;

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

    /** They were looked at; what is in use may have aged. */
    default void looked() {}
  }

  /**
   * Reads files now, and later as it does.
   *
   * @throws UnusableFileException when they can't be used now
   */
  void add(List<Path> files, Load load);

  /**
   * Tells whoever looks after the program of what is amiss with a file that is used all the same.
   */
  default void warn(String line) {}
}
