package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class RoutingKeyTest {

  private static final ByteString IMAGE = ByteString.copyFromUtf8("123456789");

  /** The check value of CRC-32C: other programs compute the same. */
  @Test
  void withoutAKeyTheImageDecides() {
    assertThat(RoutingKey.of("", IMAGE)).isEqualTo(0xE3069283L);
    assertThat(RoutingKey.of("", ByteString.EMPTY)).isZero();
  }

  @Test
  void theWholeImageCountsHoweverItIsHeld() {
    ByteString pieces = IMAGE.substring(0, 4).concat(IMAGE.substring(4));
    assertThat(RoutingKey.of("", pieces)).isEqualTo(RoutingKey.of("", IMAGE));
    assertThat(RoutingKey.of("", IMAGE.substring(1))).isNotEqualTo(RoutingKey.of("", IMAGE));
  }

  @Test
  void aGivenKeyAloneCounts() {
    long ann = RoutingKey.of("ann", IMAGE);
    assertThat(ann).isEqualTo(RoutingKey.of("ann", ByteString.EMPTY));
    assertThat(ann).isNotEqualTo(RoutingKey.of("bob", IMAGE));
    assertThat(ann).isEqualTo(ANN);
  }

  /** It must stay so: replicas of another release of this program must agree. */
  private static final long ANN = -1196304770263593100L;
}
