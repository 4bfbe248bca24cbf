package dev.vgg16.bench.process;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Processor time of processes, user and system together, with Linux's resolution of 10 ms. */
public final class CpuTime {

  static final double TICKS_PER_SECOND = 100;

  // Indices in /proc/PID/stat after the name, which may contain spaces.
  private static final int USER = 11;
  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  private CpuTime() {}

  /** Seconds that a process has used. */
  public static double secondsOf(long pid) {
    return seconds(stat(Long.toString(pid)), USER, SYSTEM);
  }

  /** Seconds that this process has used. */
  public static double ownSeconds() {
    return seconds(stat("self"), USER, SYSTEM);
  }

  /** Seconds that the ended child processes of this process have used. */
  public static double endedChildrenSeconds() {
    return seconds(stat("self"), CHILDREN_USER, CHILDREN_SYSTEM);
  }

  private static String stat(String process) {
    try {
      return Files.readString(Path.of("/proc", process, "stat"));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "/proc/%s/stat can't be read: the harness measures processor time on Linux only"
              .formatted(process),
          e);
    }
  }

  static double seconds(String stat, int user, int system) {
    List<String> fields = Splitter.on(' ').splitToList(stat.substring(stat.lastIndexOf(')') + 2));
    return (Long.parseLong(fields.get(user)) + Long.parseLong(fields.get(system)))
        / TICKS_PER_SECOND;
  }
}
