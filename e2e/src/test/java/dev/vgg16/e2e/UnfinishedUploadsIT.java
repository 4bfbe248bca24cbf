package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that send large messages without their ends and keep the calls open: their share of the
 * receive memory is bounded, calls beyond it are refused, and a well-behaved client's large photos
 * are all answered meanwhile.
 */
@Timeout(300)
class UnfinishedUploadsIT {

  private static final String CLASSIFY = "/vgg16.v1.FeatureService/Classify";

  /** Just below the service's limit, which is that of 64 images as pixels. */
  private static final int MESSAGE = 39 << 19;

  /** Of all connections together. */
  private static final int MESSAGES = 8;

  private static final int PHOTO = 5 << 20;

  /** The heap's growth and the receive memory of all connections; less than the direct memory. */
  private static final int MORE_MEGABYTES = 900;

  private static Services services;
  private static GoodClient good;
  private static int before;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start("--log-requests");
    good = new GoodClient(services.featureConnection(), Photos.large(PHOTO));
    for (int i = 0; i < 50; i++) {
      good.classify();
    }
    good.report("before", 0);
    before = services.featureProgram().residentMebibytes();
  }

  @AfterAll
  static void stop() throws IOException {
    try {
      int after = services.featureProgram().residentMebibytes();
      System.out.printf("memory: %,d MiB before, %,d MiB after%n", before, after);
      assertThat(after).isLessThan(before + MORE_MEGABYTES);
      assertThat(services.featureProgram().err()).doesNotContain("OutOfMemory", "direct memory");
    } finally {
      services.close();
    }
  }

  @Test
  void twentyNineOnOneConnection() throws Exception {
    upload(1, 29);
  }

  @Test
  void sixtyOnOneConnection() throws Exception {
    upload(1, 60);
    services
        .featureProgram()
        .awaitLine("Classify of /127.0.0.1:\\d+: RESOURCE_EXHAUSTED, .*; too many bytes");
  }

  @Test
  void twoHundredOnTwentyConnections() throws Exception {
    upload(20, 10);
  }

  private static void upload(int connections, int calls) throws Exception {
    List<Uploads> all = new ArrayList<>();
    try {
      good.during(
          "%d unfinished uploads on each of %d connections".formatted(calls, connections),
          () -> {
            for (int i = 0; i < connections; i++) {
              all.add(new Uploads(services.featurePort(), CLASSIFY, calls, MESSAGE, MESSAGE - 1));
            }
            Uploads.sendAll(all);
            Uploads.awaitWaiting(all, MESSAGES);
            return connections * calls;
          });
      int refused = all.stream().mapToInt(Uploads::refused).sum();
      int waiting = all.stream().mapToInt(Uploads::waiting).sum();
      System.out.printf("%d refused, %d waiting%n", refused, waiting);
      assertThat(refused + waiting).isEqualTo(connections * calls);
    } finally {
      for (Uploads uploads : all) {
        uploads.close();
      }
    }
  }

  /** Each holds less than the well-behaved client; the stalled ones are evicted. */
  @Test
  void oneThatStallsOnEachOfAHundredConnections() throws Exception {
    int part = 1700 << 10;
    List<Uploads> all = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        all.add(new Uploads(services.featurePort(), CLASSIFY, 1, MESSAGE, part));
      }
      Uploads.sendAll(all);
      // Longer than the stall timeout of a message.
      TimeUnit.SECONDS.sleep(3);
      good.during("a stalled upload on each of 100 connections", all::size);
      Uploads.awaitWaiting(all, 99);
    } finally {
      for (Uploads uploads : all) {
        uploads.close();
      }
    }
  }

  /**
   * Each byte of a message is in its own frame, between large frames that are ignored. If each
   * frame retained the buffer that was read from the socket, 40,000 of them would take 1.2 GiB.
   */
  @Test
  void singleBytesAmongOtherFrames() throws Exception {
    byte[] other = new byte[16 << 10];
    byte[] length = ByteBuffer.allocate(5).put((byte) 0).putInt(MESSAGE).array();
    byte[] headers = RawHttp2.callHeaders(CLASSIFY, 0, 0);
    good.during(
        "single bytes among other frames",
        () -> {
          int bytes = 0;
          while (bytes < 40_000) {
            try (RawHttp2 connection = RawHttp2.connected(services.featurePort())) {
              for (int stream = 1; bytes < 40_000; stream += 2) {
                connection.headers(stream, RawHttp2.END_HEADERS, headers);
                connection.data(stream, 0, length);
                for (int i = 0; i < 500; i++) {
                  bytes++;
                  connection.data(stream, 0, new byte[1]);
                  connection.unknown(other);
                  connection.unknown(other);
                }
                connection.flush();
                connection.drain();
              }
            } catch (IOException e) {
              // The server may close a connection that keeps sending to refused calls.
            }
          }
          return bytes;
        });
  }
}
