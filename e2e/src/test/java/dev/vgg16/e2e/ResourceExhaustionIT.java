package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.Image;
import io.grpc.reflection.v1.ServerReflectionRequest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that open as many calls as they can and read no answers: the memory for them is bounded,
 * and a well-behaved client's calls are all answered meanwhile.
 */
@Timeout(300)
class ResourceExhaustionIT {

  private static final String FEATURES = "/vgg16.v1.FeatureService/";
  private static final String REFLECTION =
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  /** The services' limit per connection. */
  private static final int CALLS = 256;

  private static final int CONNECTIONS = 70;

  /** The sum of all bounds, far below the direct memory of a GiB and the heap. */
  private static final int MORE_MEGABYTES = 900;

  private static Services services;
  private static GoodClient good;
  private static ExtractRequest extract;
  private static int before;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    // With a cache, so that answers are as fast as requests.
    services = Services.start("--cache-bytes", "16777216");
    good = new GoodClient(services.featureConnection());
    for (int i = 0; i < 50; i++) {
      good.classify();
    }
    good.report("before", 0);
    before = services.featureProgram().residentMebibytes();
    extract = ExtractRequest.newBuilder().setImage(Image.newBuilder().setEncoded(pixel())).build();
  }

  private static ByteString pixel() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    assertThat(ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", png))
        .isTrue();
    return ByteString.copyFrom(png.toByteArray());
  }

  @AfterAll
  static void stop() throws IOException {
    try {
      int after = services.featureProgram().residentMebibytes();
      System.out.printf("memory: %,d MiB before, %,d MiB after%n", before, after);
      assertThat(after).isLessThan(before + MORE_MEGABYTES);
      for (Program program : List.of(services.featureProgram(), services.headProgram())) {
        assertThat(program.err())
            .doesNotContain("OutOfMemory", "direct buffer memory")
            .hasSizeLessThan(20_000);
      }
    } finally {
      services.close();
    }
  }

  /** 51 kB each, below the limit of small ones. */
  @Test
  void unreadAnswersOfCalls() throws Exception {
    try (UnreadConnections unread = new UnreadConnections(services.featurePort(), CONNECTIONS)) {
      good.during(
          "unread answers of calls",
          () -> {
            int calls = unread.call(FEATURES + "Extract", extract.toByteArray(), 1, CALLS, true);
            unread.awaitWord(CALLS);
            return calls;
          });
    }
  }

  /** The service requests no further items of them, though HTTP/2 accepts them. */
  @Test
  void unreadAnswersOfStreamsThatAreSentMore() throws Exception {
    byte[] item =
        ExtractStreamRequest.newBuilder().setId("x").setRequest(extract).build().toByteArray();
    try (UnreadConnections unread = new UnreadConnections(services.featurePort(), 8)) {
      good.during(
          "items that no stream asks for",
          () -> {
            int calls = unread.call(FEATURES + "ExtractStream", item, 40, CALLS, false);
            unread.fill(item, CALLS, 1 << 20);
            return calls;
          });
    }
  }

  @Test
  void reflection() throws Exception {
    byte[] question =
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("vgg16.v1.FeatureService")
            .build()
            .toByteArray();
    try (UnreadConnections unread = new UnreadConnections(services.featurePort(), CONNECTIONS)) {
      good.during(
          "reflection",
          () -> {
            int calls = unread.call(REFLECTION, question, 20, CALLS, false);
            unread.awaitWord(CALLS);
            return calls;
          });
    }
  }

  @Test
  void watchesOfTheHealth() throws Exception {
    try (UnreadConnections unread = new UnreadConnections(services.featurePort(), CONNECTIONS)) {
      good.during(
          "watches of the health",
          () -> {
            int calls = unread.call("/grpc.health.v1.Health/Watch", new byte[0], 1, CALLS, true);
            unread.awaitWord(CALLS);
            return calls;
          });
    }
  }

  /** The well-behaved client's maps are sent to it too. */
  @Test
  void theHeadService() throws Exception {
    try (UnreadConnections unread = new UnreadConnections(services.headPort(), CONNECTIONS)) {
      good.during(
          "unread answers of the head service",
          () -> {
            int calls = unread.call("/vgg16.v1.HeadService/ListHeads", new byte[0], 1, CALLS, true);
            unread.awaitWord(CALLS);
            return calls;
          });
    }
  }

  /** More connections than the limit per address: the other client's stays, and can reconnect. */
  @Test
  void thousandsOfConnections() throws Exception {
    List<RawHttp2> connections = new ArrayList<>();
    try {
      good.during(
          "thousands of connections",
          () -> {
            for (int i = 0; i < 2_000; i++) {
              connections.add(RawHttp2.connected(services.featurePort()));
            }
            return connections.size();
          });
      GoodClient another = new GoodClient(services.newFeatureConnection());
      another.classify();
      another.report("a client that comes later", 1);
      assertThat(connections.get(0).isClosedBefore(System.nanoTime() + TimeUnit.MINUTES.toNanos(2)))
          .as("the one that is idle for longest is closed")
          .isTrue();
    } finally {
      for (RawHttp2 connection : connections) {
        connection.close();
      }
    }
  }
}
