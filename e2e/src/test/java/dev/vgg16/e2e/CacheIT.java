package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The feature service with a cache. Each test uses a photo that no other test sends. */
class CacheIT {

  private static Services services;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start("--cache-bytes", "10000000");
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  @Test
  void answersTheSamePhotoFromTheCacheAsBefore() throws Exception {
    ClassifyRequest request = Photos.classify(photo(0));
    long hits = measured("vgg16_cache_hits_total");
    ClassifyResponse first = services.features().classify(request);
    assertThat(first.getTiming().getCached()).isFalse();
    for (int i = 0; i < 10; i++) {
      ClassifyResponse again = services.features().classify(request);
      assertThat(again.getHeadsList()).isEqualTo(first.getHeadsList());
      assertThat(again.getTiming().getCached()).isTrue();
      assertThat(again.getTiming().getDecodeUs()).isZero();
      assertThat(again.getTiming().getBackboneUs()).isZero();
      assertThat(again.getTiming().getHeadUs()).isPositive();
    }
    assertThat(measured("vgg16_cache_hits_total") - hits).isEqualTo(10);
    assertThat(measured("vgg16_cache_bytes"))
        .isEqualTo(51_456 * measured("vgg16_cache_entries"))
        .isPositive();
  }

  @Test
  void extractsAndClassifiesFromTheSameMap() throws Exception {
    ByteString photo = photo(1);
    ExtractResponse first = services.features().extract(photo);
    ExtractResponse again = services.features().extract(photo);
    assertThat(first.getTiming().getCached()).isFalse();
    assertThat(again.getTiming().getCached()).isTrue();
    assertThat(again.getMaps()).isEqualTo(first.getMaps());
    ClassifyResponse classified = services.features().classify(Photos.classify(photo));
    assertThat(classified.getTiming().getCached()).isTrue();
  }

  @Test
  void computesAPhotoOnceThatManySendAtTheSameMoment() throws Exception {
    ClassifyRequest request = Photos.classify(photo(2));
    long misses = measured("vgg16_cache_misses_total");
    long images = measured("vgg16_batch_size_sum");
    FeatureServiceGrpc.FeatureServiceFutureStub features =
        FeatureServiceGrpc.newFutureStub(services.featureChannel())
            .withDeadlineAfter(120, TimeUnit.SECONDS);
    List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(features.classify(request));
    }
    List<ClassifyResponse> responses = Futures.allAsList(calls).get(120, TimeUnit.SECONDS);
    responses.forEach(
        response -> assertThat(response.getHeadsList()).isEqualTo(responses.get(0).getHeadsList()));
    assertThat(responses.stream().filter(r -> !r.getTiming().getCached())).hasSize(1);
    assertThat(measured("vgg16_cache_misses_total") - misses).isEqualTo(1);
    assertThat(measured("vgg16_batch_size_sum") - images).isEqualTo(1);
  }

  private static ByteString photo(int index) throws IOException {
    return Photos.bytes(Photos.all().get(index));
  }

  /** The value of a metric; 0 when it has no data yet. */
  private static long measured(String name) throws IOException, InterruptedException {
    Matcher value = Pattern.compile("(?m)^" + name + "\\{.*} (\\S+)$").matcher(services.metrics());
    return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
  }
}
