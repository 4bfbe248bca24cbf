package dev.vgg16.bench.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MapCounterTest {

  @Test
  void addsUpTheHeads() {
    assertThat(
            MapCounter.parse(
                """
                # TYPE vgg16_head_maps_total counter
                vgg16_head_maps_total{head="cats-vs-dogs",version="1"} 12.0
                vgg16_head_maps_total{head="breeds",version="2"} 3.0
                vgg16_head_maps_sampled_total{head="breeds",version="2"} 9.0
                """))
        .isEqualTo(15);
    assertThat(MapCounter.parse("")).isZero();
  }
}
