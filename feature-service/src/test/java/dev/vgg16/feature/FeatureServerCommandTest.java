package dev.vgg16.feature;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FeatureServerCommandTest {

  private static final long MEBIBYTE = 1 << 20;

  @Test
  void theHeapHoldsTheQueueTwiceAndFourImages() {
    assertThat(parsed().heapNeeded()).isEqualTo((2 * 64 + 4 * 16) * MEBIBYTE);
    assertThat(parsed("--queue-bytes", "100000000", "--max-image-bytes", "1000").heapNeeded())
        .isEqualTo(200_004_000);
  }

  @Test
  void aQueueOfMoreBytesThanALongCountsTwiceFitsIntoNoHeap() {
    assertThat(parsed("--queue-bytes", "" + Long.MAX_VALUE).heapNeeded()).isEqualTo(Long.MAX_VALUE);
  }

  private static FeatureServerCommand parsed(String... arguments) {
    FeatureServerCommand command = new FeatureServerCommand();
    var unused = new CommandLine(command).parseArgs(arguments);
    return command;
  }
}
