package dev.vgg16.bench.process;

import static dev.vgg16.bench.process.CpuTime.TICKS_PER_SECOND;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much of the machine's processor time went to others than this process and its children, since
 * this was made: figures of a machine that has other work are worth little.
 */
public final class ProcessorUse {

  private static final Path STAT = Path.of("/proc", "stat");

  private final Ticks begin;
  private final double ownSeconds;

  private ProcessorUse(Ticks begin, double ownSeconds) {
    this.begin = begin;
    this.ownSeconds = ownSeconds;
  }

  /** Counts from now on. */
  public static ProcessorUse start() throws IOException {
    return new ProcessorUse(Ticks.parse(Files.readString(STAT)), own());
  }

  /**
   * The share of others, from 0 to 1; what a hypervisor took away is among them. All children must
   * have ended.
   */
  public double shareOfOthers() throws IOException {
    return Ticks.parse(Files.readString(STAT)).shareOfOthersSince(begin, own() - ownSeconds);
  }

  private static double own() {
    return CpuTime.ownSeconds() + CpuTime.endedChildrenSeconds();
  }

  /** Time of all processors together since the machine's start. */
  record Ticks(double busy, double all) {

    // Places in the first line of /proc/stat, after "cpu" and two blanks.
    private static final int IDLE = 3;
    private static final int WAITING = 4;

    /** What follows is the time of guests, which is counted as the user's already. */
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
