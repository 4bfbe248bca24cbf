package dev.vgg16.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.commandline.CommandLines;
import dev.vgg16.feature.backbone.BackboneOptions.ProviderChoice;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureServerCommandTest {

  private static final long MEBIBYTE = 1 << 20;

  @Test
  void theHeapHoldsTheQueueTwiceFourImagesAndWhatHttpHolds() {
    assertThat(parsed().heapNeeded()).isEqualTo((2 * 64 + 4 * 16 + 6 * 32) * MEBIBYTE);
    assertThat(
            parsed("--queue-bytes=100000000", "--max-image-bytes=1000", "--http-max-body-bytes=500")
                .heapNeeded())
        .isEqualTo(200_007_000);
    assertThat(parsed("--http-port", "0").heapNeeded()).isEqualTo((2 * 64 + 4 * 16) * MEBIBYTE);
  }

  @Test
  void aQueueOfMoreBytesThanALongCountsTwiceFitsIntoNoHeap() {
    assertThat(parsed("--queue-bytes", "" + Long.MAX_VALUE).heapNeeded()).isEqualTo(Long.MAX_VALUE);
  }

  /** Threads and sessions are made at the start. */
  @ParameterizedTest
  @ValueSource(strings = {"--decoders", "--instances", "--threads"})
  void aNumberThatWouldFillTheMemoryIsRefused(String option) {
    FeatureServerCommand command = parsed(option, "" + Integer.MAX_VALUE);
    assertThatThrownBy(command::toOptions)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(option + " must be 0 to 1024, not 2147483647");
  }

  @Test
  void streamsHaveNoMaximumAgeUnlessItIsGiven() {
    assertThat(parsed().toOptions().balancing().streamAge().isLimited()).isFalse();
    assertThat(
            parsed("--max-stream-age-ms", "1000").toOptions().balancing().streamAge().isLimited())
        .isTrue();
  }

  @Test
  void headsByXdsAreRefusedWithTheWayOut() {
    FeatureServerCommand command = parsed("--head-target", "xds:///heads:50052");
    assertThatThrownBy(command::toOptions)
        .hasMessage(
            "--head-target can't be xds:///heads:50052, as xDS is not supported: use"
                + " dns:///HOST:PORT, whose addresses are the replicas");
  }

  @Test
  void theOldNameOfTheExecutionProviderIsUnderstood() {
    assertThat(providerOf()).isEqualTo(ProviderChoice.AUTO);
    assertThat(providerOf("--device", "cuda")).isEqualTo(ProviderChoice.CUDA);
    assertThat(providerOf("--device", "cpu", "--execution-provider", "openvino"))
        .isEqualTo(ProviderChoice.OPENVINO);
    FeatureServerCommand byVariable = new FeatureServerCommand();
    var unused =
        CommandLines.of(byVariable, "FEATURE_SERVICE", Map.of("FEATURE_SERVICE_DEVICE", "cuda"))
            .parseArgs();
    assertThat(byVariable.toOptions().backbone().providerChoice()).isEqualTo(ProviderChoice.CUDA);
  }

  private static ProviderChoice providerOf(String... arguments) {
    return parsed(arguments).toOptions().backbone().providerChoice();
  }

  private static FeatureServerCommand parsed(String... arguments) {
    FeatureServerCommand command = new FeatureServerCommand();
    var unused = CommandLines.of(command, "FEATURE_SERVICE", Map.of()).parseArgs(arguments);
    return command;
  }
}
