package dev.vgg16.security;

import java.nio.file.Path;
import java.util.List;

/** Loads files: once, or again when they change. */
public interface FileLoader {

  /** Loads files once, for short-lived programs. */
  FileLoader ONCE = (files, load) -> load.load();

  /** Loads the contents of files. */
  interface Load {
    /**
     * @throws UnusableFileException when they are invalid; the previous contents must stay in use
     */
    void load();

    /** The files were checked for changes, at regular intervals. */
    default void checked() {}
  }

  /**
   * Loads files now, and maybe again later.
   *
   * @throws UnusableFileException when they are invalid now
   */
  void add(List<Path> files, Load load);

  /** Reports a problem with a file that is used nevertheless. */
  default void warn(String line) {}
}
