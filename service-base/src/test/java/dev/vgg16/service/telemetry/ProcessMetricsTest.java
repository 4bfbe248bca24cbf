package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessMetricsTest {

  private final Telemetry telemetry = Telemetry.prometheus("test");

  @BeforeEach
  void measure() {
    telemetry.measureProcess();
  }

  @AfterEach
  void close() {
    telemetry.close();
  }

  private List<Double> values(String metric, Predicate<String> labels) {
    String page = telemetry.expose(null).body().toStringUtf8();
    return Pattern.compile("(?m)^%s\\{(.*)} (.*)$".formatted(metric))
        .matcher(page)
        .results()
        .filter(sample -> labels.test(sample.group(1)))
        .map(ProcessMetricsTest::value)
        .toList();
  }

  private static double value(MatchResult sample) {
    return Double.parseDouble(sample.group(2));
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  @Test
  void theHeapIsWhatTheJvmSays() {
    long most = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();
    double used = sum(values("jvm_memory_used_bytes", labels -> labels.contains("type=\"heap\"")));
    assertThat(used).isBetween(1e6, (double) most);
    assertThat(sum(values("jvm_memory_committed_bytes", labels -> true))).isGreaterThan(used);
    assertThat(values("jvm_memory_used_after_last_gc_bytes", labels -> true))
        .hasSameSizeAs(values("jvm_memory_used_bytes", labels -> labels.contains("type=\"heap\"")));
    // A pool without a limit has none here.
    assertThat(values("jvm_memory_limit_bytes", labels -> true)).isNotEmpty().allMatch(v -> v > 0);
  }

  @Test
  void countsThreads() {
    double threads = ManagementFactory.getThreadMXBean().getThreadCount();
    assertThat(values("jvm_thread_count", labels -> true)).hasSize(2);
    assertThat(sum(values("jvm_thread_count", labels -> true))).isBetween(threads / 2, threads * 2);
  }

  @Test
  @Timeout(120)
  void recordsCollections() {
    System.gc();
    // The JVM tells of a collection from a thread of its own.
    while (values("jvm_gc_duration_seconds_count", labels -> true).isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(values("jvm_gc_duration_seconds_sum", labels -> true)).allMatch(v -> v < 100);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theProcessIsWhatTheSystemSays() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double start = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
    assertThat(values("process_start_time_seconds", labels -> true)).containsExactly(start);
    assertThat(sum(values("process_cpu_seconds_total", labels -> true))).isPositive();
    double open = sum(values("process_open_fds", labels -> true));
    assertThat(open).isBetween(1.0, sum(values("process_max_fds", labels -> true)));
    double resident = sum(values("process_resident_memory_bytes", labels -> true));
    assertThat(resident).isBetween(1e7, (double) system.getTotalMemorySize());
  }
}
