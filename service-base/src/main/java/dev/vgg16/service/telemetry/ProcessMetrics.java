package dev.vgg16.service.telemetry;

import com.sun.management.UnixOperatingSystemMXBean;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** What the process takes, under the names that Prometheus's client libraries have for it. */
final class ProcessMetrics {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  /** Linux. */
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final String RESIDENT = "VmRSS:";

  private ProcessMetrics() {}

  /** Registers them with the meter. */
  static void of(Meter meter) {
    double start = ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND;
    var unusedStart =
        meter
            .gaugeBuilder("process.start.time")
            .setDescription("When the process started, in seconds since 1970")
            .setUnit("s")
            .buildWithCallback(out -> out.record(start));
    var unusedMemory =
        meter
            .gaugeBuilder("process.resident.memory")
            .ofLongs()
            .setDescription("Memory of the process, that of native code too")
            .setUnit("By")
            .buildWithCallback(out -> residentBytes().ifPresent(out::record));
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      cpu(meter, system);
      gauge(meter, "process.open.fds", "Open files", system::getOpenFileDescriptorCount);
      gauge(meter, "process.max.fds", "The most open files", system::getMaxFileDescriptorCount);
    }
  }

  private static void cpu(Meter meter, UnixOperatingSystemMXBean system) {
    var unused =
        meter
            .counterBuilder("process.cpu")
            .ofDoubles()
            .setDescription("Processor time, that of native code too")
            .setUnit("s")
            .buildWithCallback(out -> out.record(system.getProcessCpuTime() / NANOS_PER_SECOND));
  }

  private static void gauge(Meter meter, String name, String description, LongSupplier value) {
    var unused =
        meter
            .gaugeBuilder(name)
            .ofLongs()
            .setDescription(description)
            .buildWithCallback(out -> out.record(value.getAsLong()));
  }

  private static OptionalLong residentBytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> kibibytes(line) * 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static long kibibytes(String line) {
    return Long.parseLong(line.substring(RESIDENT.length()).replace("kB", "").strip());
  }
}
