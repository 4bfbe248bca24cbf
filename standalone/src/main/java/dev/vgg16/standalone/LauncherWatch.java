package dev.vgg16.standalone;

import java.util.Optional;

/** Stops the services when their launcher is gone: one that was killed can't stop them. */
final class LauncherWatch {

  /** The system property with the launcher's process id. */
  static final String LAUNCHER = "vgg16.standalone.launcher";

  private LauncherWatch() {}

  /**
   * Begins to watch.
   *
   * @param launcher its process id
   * @param parent of this process; another one has it when the launcher has ended
   * @throws IllegalStateException when the launcher has ended already
   */
  static void begin(long launcher, Optional<ProcessHandle> parent, Runnable stop) {
    ProcessHandle running =
        parent
            .filter(it -> it.pid() == launcher)
            .orElseThrow(() -> new IllegalStateException("the process that started this ended"));
    var unused = running.onExit().thenRun(stop);
  }
}
