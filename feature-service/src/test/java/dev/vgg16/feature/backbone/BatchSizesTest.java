package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSizesTest {

  @Test
  void arePowersOfTwoAndTheLargest() {
    assertThat(BatchSizes.upTo(1)).containsExactly(1);
    assertThat(BatchSizes.upTo(8)).containsExactly(1, 2, 4, 8);
    assertThat(BatchSizes.upTo(48)).containsExactly(1, 2, 4, 8, 16, 32, 48);
  }

  @Test
  void shareALimitOfMemory() {
    List<Integer> sizes = BatchSizes.upTo(64);
    long limit = 1L << 32;
    long given =
        2 * sizes.stream().mapToLong(size -> BatchSizes.share(limit, size, sizes, 2)).sum();
    assertThat(given).isBetween(limit - 1000, limit);
    assertThat(BatchSizes.share(limit, 64, sizes, 2))
        .isGreaterThan(7 * BatchSizes.share(limit, 1, sizes, 2));
    assertThat(BatchSizes.share(Long.MAX_VALUE, 64, sizes, 2)).isPositive();
  }

  @Test
  void noLimitStaysNoLimit() {
    assertThat(BatchSizes.share(0, 1, List.of(1), 1)).isZero();
  }
}
