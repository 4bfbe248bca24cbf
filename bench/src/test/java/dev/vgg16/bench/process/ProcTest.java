package dev.vgg16.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.bench.process.MemorySamples.Sample;
import dev.vgg16.bench.process.ProcessorUse.Ticks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of processes. */
class ProcTest {

  @TempDir private Path folder;

  @Test
  void processorTimeIsCountedAfterTheName() {
    // A name may hold blanks and brackets.
    String stat = "42 (a (b) c) S 1 1 1 0 -1 4194560 10 20 0 0 150 50 30 20 20 0 33 0";
    assertThat(CpuTime.seconds(stat, 11, 12)).isEqualTo(2.0);
    assertThat(CpuTime.seconds(stat, 13, 14)).isEqualTo(0.5);
  }

  @Test
  void residentMemoryIsThatOfTheStatus() throws IOException {
    Path status = folder.resolve("status");
    Files.writeString(status, "Name:\tjava\nVmPeak:\t  999 kB\nVmRSS:\t  307200 kB\n");
    assertThat(MemoryStatus.residentMib(status)).isEqualTo(300);
    Files.writeString(status, "Name:\tjava\n");
    assertThatThrownBy(() -> MemoryStatus.residentMib(status)).hasMessageContaining("has ended");
  }

  @Test
  void growthIsTheHighestAfterTheSettlingTime() {
    List<Sample> samples =
        List.of(sample(0, 100), sample(55, 190), sample(60, 200), sample(65, 206), sample(70, 201));
    assertThat(MemorySamples.growthPercentAfter(samples, 60)).isCloseTo(3, within(1e-9));
    assertThatThrownBy(() -> MemorySamples.growthPercentAfter(samples, 80))
        .hasMessage("no sample was taken after 80 s");
  }

  @Test
  void othersAreWhoeverIsNeitherThisNorItsChildren() {
    Ticks begin = Ticks.parse("cpu  100 0 100 1000 50 0 0 0 70 0\ncpu0 1 2 3\n");
    // 100 ticks more, 60 of them busy, 10 of those stolen.
    Ticks end = Ticks.parse("cpu  140 0 110 1035 55 0 0 10 90 0\n");
    assertThat(end.shareOfOthersSince(begin, 0.4)).isCloseTo(0.2, within(1e-9));
    assertThat(end.shareOfOthersSince(begin, 0.7)).isZero();
  }

  @Test
  void batchesAreThoseOfTheMetrics() {
    BatchCount before = BatchCount.parse("# TYPE vgg16_batch_size histogram\n");
    BatchCount after =
        BatchCount.parse(
            """
            vgg16_batch_size_bucket{otel_scope_name="dev.vgg16",le="1.0"} 3
            vgg16_batch_size_count{otel_scope_name="dev.vgg16"} 25
            vgg16_batch_size_sum{otel_scope_name="dev.vgg16"} 110.0
            """);
    assertThat(after.meanSizeSince(before)).isEqualTo(4.4);
  }

  @Test
  void theProcessorIsThatOfCpuinfo() {
    assertThat(Machine.processor("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"))
        .isEqualTo("Some CPU @ 2 GHz");
    assertThat(Machine.processor("processor\t: 0\n")).isEqualTo("unknown processor");
  }

  private static Sample sample(double seconds, double mib) {
    return new Sample(seconds, mib);
  }
}
