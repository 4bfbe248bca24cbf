package dev.vgg16.bench.process;

import com.google.common.base.CharMatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of a process, as Linux reports it. */
final class MemoryStatus {

  private static final double KIB_PER_MIB = 1024;

  private MemoryStatus() {}

  /**
   * @param status {@code /proc/PID/status}
   */
  static double residentMib(Path status) throws IOException {
    return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToDouble(line -> Double.parseDouble(CharMatcher.inRange('0', '9').retainFrom(line)))
            .findFirst()
            .orElseThrow(() -> new IOException(status + " has no VmRSS: the process has ended"))
        / KIB_PER_MIB;
  }
}
