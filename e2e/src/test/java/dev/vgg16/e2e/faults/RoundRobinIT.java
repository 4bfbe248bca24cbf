package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import com.google.protobuf.ByteString;
import dev.vgg16.e2e.Photos;
import dev.vgg16.e2e.Program;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.Image;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service config of docs/clients.md, with grpc-java; {@code test_balancing.py} has grpcio. */
@Timeout(300)
class RoundRobinIT {

  private static final int CALLS = 100;

  private final ExtractRequest request = request();

  RoundRobinIT() throws IOException {}

  @Test
  void bothReplicasGetTheSame() throws Exception {
    try (Cluster cluster = Cluster.start(1, 2)) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget("dns:///" + Cluster.NAME + ":" + cluster.feature(0).port())
              .usePlaintext()
              .defaultServiceConfig(documentedServiceConfig())
              .build();
      try {
        while (cluster.imagesComputedBy(0) == 0 || cluster.imagesComputedBy(1) == 0) {
          extract(channel);
        }
        long first = cluster.imagesComputedBy(0);
        long second = cluster.imagesComputedBy(1);
        for (int i = 0; i < CALLS; i++) {
          extract(channel);
        }
        first = cluster.imagesComputedBy(0) - first;
        second = cluster.imagesComputedBy(1) - second;
        Report.print("round robin: %d and %d", first, second);
        assertThat(first + second).isEqualTo(CALLS);
        assertThat(first).isCloseTo(CALLS / 2, Percentage.withPercentage(10));
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private void extract(ManagedChannel channel) {
    var unused =
        FeatureServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(120, TimeUnit.SECONDS)
            .extract(request);
  }

  private static ExtractRequest request() throws IOException {
    ByteString photo = Photos.any();
    return ExtractRequest.newBuilder().setImage(Image.newBuilder().setEncoded(photo)).build();
  }

  private static Map<String, ?> documentedServiceConfig() throws IOException {
    String page = Files.readString(Program.ROOT.resolve("docs/clients.md"));
    Matcher config =
        Pattern.compile("`(\\{\"loadBalancingConfig\".*?round_robin.*?})`").matcher(page);
    assertThat(config.find()).isTrue();
    return new Gson().fromJson(config.group(1), new TypeToken<Map<String, Object>>() {}.getType());
  }
}
