package dev.vgg16.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.bench.scaling.ScalingModel.MapForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingModelTest {

  private static final ScalingModel MODEL = new ScalingModel(23, 0.8, 40, 0.5);

  @TempDir private Path results;

  @Test
  void aGpuDoesItsShareOfItsPeak() {
    assertThat(MODEL.imagesPerSecond(31.4)).isCloseTo(1000, within(1e-6));
  }

  @Test
  void coresAndBitsGrowWithTheRate() {
    assertThat(MODEL.featureCores(1000)).isCloseTo(0.8, within(1e-9));
    assertThat(MODEL.headCores(1000)).isCloseTo(0.04, within(1e-9));
    assertThat(MODEL.imageGigabits(1000)).isCloseTo(0.184, within(1e-9));
    assertThat(MODEL.mapGigabits(1000, MapForm.FLOAT32)).isCloseTo(0.4096, within(1e-9));
    assertThat(MODEL.mapGigabits(1000, MapForm.POOLED)).isCloseTo(0.016384, within(1e-9));
  }

  @Test
  void aNetworkCarriesWhatFillsIt() {
    double rate = MODEL.mapsPerSecondOver(8, MapForm.FLOAT16);
    assertThat(rate).isEqualTo(39_062.5);
    assertThat(MODEL.mapGigabits(rate, MapForm.FLOAT16)).isCloseTo(8, within(1e-9));
    assertThat(MODEL.imageGigabits(MODEL.imagesPerSecondOver(8))).isCloseTo(8, within(1e-9));
  }

  @Test
  void theCostsAreThoseOfTheResults() throws IOException {
    write(
        "throughput",
        """
        {"machine": {"processor": "Xeon", "cores": 2},
         "options": {"meanImageKilobytes": 23.5}, "figures": [
          {"precision": "int8", "serviceImagesPerSecond": {"median": 60.5},
           "featureCpuMillis": {"median": 18.0}, "bareCpuMillis": {"median": 17.25}},
          {"precision": "fp32"}]}
        """);
    write(
        "relay",
        """
        {"figures": [
          {"mapsPerMessage": 1},
          {"mapsPerMessage": 8, "relay": {
            "clientCpuMicros": {"median": 30}, "serverCpuMicros": {"median": 40}}}]}
        """);
    assertThat(MeasuredCosts.read(results))
        .isEqualTo(new MeasuredCosts("int8", "Xeon", 2, 60.5, 23.5, 0.75, 30, 40));
  }

  @Test
  void saysWhichResultsAreMissing() {
    assertThatThrownBy(() -> MeasuredCosts.read(results))
        .hasMessageContaining("throughput.json is missing: run `BENCH=throughput make bench`");
  }

  private void write(String part, String json) throws IOException {
    Files.writeString(results.resolve(part + ".json"), json);
  }
}
