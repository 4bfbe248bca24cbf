package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.service.telemetry.Telemetry;
import org.junit.jupiter.api.Test;

class CacheMetricsTest {

  @Test
  void showsWhatTheCacheDoesAndHolds() {
    try (Telemetry telemetry = Telemetry.prometheus("feature-service")) {
      MapStore maps = new MapStore(1000, 44);
      CacheListener metrics = new CacheMetrics(telemetry.meter(), maps);
      assertThat(scrape(telemetry))
          .containsPattern("(?m)^vgg16_cache_bytes\\{.*} 0(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_hits_total\\{.*} 0(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_refused_total\\{.*} 0(\\.0)?$");
      metrics.hit();
      metrics.hit();
      metrics.joined();
      metrics.missed();
      metrics.refused();
      ImageInput image = new ImageInput.Encoded(ByteString.EMPTY);
      maps.put(ImageKey.of(image), ByteString.copyFrom(new byte[44]));
      assertThat(scrape(telemetry))
          .containsPattern("(?m)^vgg16_cache_hits_total\\{.*} 2(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_joined_total\\{.*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_misses_total\\{.*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_refused_total\\{.*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_entries\\{.*} 1(\\.0)?$")
          .containsPattern("(?m)^vgg16_cache_bytes\\{.*} 300(\\.0)?$");
    }
  }

  private static String scrape(Telemetry telemetry) {
    return telemetry.expose(null).body().toStringUtf8();
  }
}
