package dev.vgg16.release;

import java.math.BigDecimal;

/**
 * The share of a head's requests that one version answers.
 *
 * @param version at least 1
 * @param buckets of the {@link TrafficSplit#BUCKETS} that requests fall in, each 0.01%
 */
public record TrafficShare(int version, int buckets) {

  private static final int DECIMALS = 2;

  /** In percent, with as few decimals as it needs. */
  public BigDecimal percent() {
    BigDecimal percent = BigDecimal.valueOf(buckets, DECIMALS).stripTrailingZeros();
    return percent.scale() < 0 ? percent.setScale(0) : percent;
  }
}
