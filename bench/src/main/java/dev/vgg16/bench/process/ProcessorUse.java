package dev.vgg16.bench.process;

import static dev.vgg16.bench.process.CpuTime.TICKS_PER_SECOND;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The share of the machine's processor time that was used by other processes than this one and its
 * children since this object was created: figures from a busy machine are unreliable.
 */
public final class ProcessorUse {

  private static final Path STAT = Path.of("/proc", "stat");

  private final Ticks begin;
  private final double ownSeconds;

  private ProcessorUse(Ticks begin, double ownSeconds) {
    this.begin = begin;
    this.ownSeconds = ownSeconds;
  }

  /** Starts counting. */
  public static ProcessorUse start() throws IOException {
    return new ProcessorUse(Ticks.parse(Files.readString(STAT)), own());
  }

  /**
   * The share of other processes, from 0 to 1, including time stolen by a hypervisor. All children
   * must have ended.
   */
  public double shareOfOthers() throws IOException {
    return Ticks.parse(Files.readString(STAT)).shareOfOthersSince(begin, own() - ownSeconds);
  }

  private static double own() {
    return CpuTime.ownSeconds() + CpuTime.endedChildrenSeconds();
  }

  /** Time of all processors since the machine's start. */
  record Ticks(double busy, double all) {

    // Indices in the first line of /proc/stat, after "cpu" and two spaces.
    private static final int IDLE = 3;
    private static final int WAITING = 4;

    /** The fields after it are the time of guests, which user time includes. */
    private static final int STOLEN = 7;

    static Ticks parse(String stat) {
      List<Long> fields =
          Splitter.on(' ')
              .omitEmptyStrings()
              .splitToStream(stat.lines().findFirst().orElseThrow())
              .skip(1)
              .limit(STOLEN + 1)
              .map(Long::parseLong)
              .toList();
      double all = fields.stream().mapToLong(Long::longValue).sum();
      return new Ticks(all - fields.get(IDLE) - fields.get(WAITING), all);
    }

    double shareOfOthersSince(Ticks begin, double ownSeconds) {
      double others = busy - begin.busy - ownSeconds * TICKS_PER_SECOND;
      return Math.max(0, others / (all - begin.all));
    }
  }
}
