package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.client.ServiceFailure;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that abuse HTTP/2 and gRPC, each for a bounded time. A well-behaved client's calls are
 * all answered meanwhile, and memory does not grow.
 */
@Timeout(300)
class AbuseIT {

  private static final String CLASSIFY = "/vgg16.v1.FeatureService/Classify";
  private static final long SECONDS = 6;

  /** Heap and receive buffers that are filled once; a leak would exceed it. */
  private static final int MORE_MEGABYTES = 600;

  private static Services services;
  private static GoodClient good;
  private static int before;

  /** The abuse on one connection until the server closes it; counts into the array. */
  private interface Flood {
    void on(RawHttp2 connection, int[] faults, long end) throws IOException;
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start();
    good = new GoodClient(services.featureConnection());
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
      // The log does not fill the disk: a line per bomb, and a few others.
      assertThat(services.featureProgram().err())
          .doesNotContain("OutOfMemory")
          .hasSizeLessThan(20_000);
    } finally {
      services.close();
    }
  }

  @Test
  void manyAndLargeHeaders() throws Exception {
    // 6 kB are allowed, 30 kB and 16 kB are not.
    byte[] many = RawHttp2.callHeaders(CLASSIFY, 300, 50);
    byte[] large = RawHttp2.callHeaders(CLASSIFY, 1, 15_000);
    int connections =
        flood(
            "header flood",
            (connection, faults, end) -> {
              for (int stream = 1; System.nanoTime() < end; stream += 2) {
                byte[] block = stream % 4 == 1 ? large : many;
                int first = Math.min(block.length, 16_000);
                connection.headers(
                    stream, first == block.length ? RawHttp2.END_HEADERS : 0, cut(block, 0, first));
                if (first < block.length) {
                  connection.continuation(stream, cut(block, first, block.length), true);
                }
                connection.flush();
                connection.drain();
                faults[0]++;
              }
            });
    assertThat(connections).as("it was cut off").isGreaterThan(1);
  }

  /** Headers that never end (CVE-2024-27316). */
  @Test
  void headersWithoutEnd() throws Exception {
    byte[] block = RawHttp2.callHeaders(CLASSIFY, 0, 0);
    byte[] more = cut(RawHttp2.callHeaders(CLASSIFY, 10, 100), block.length, block.length + 400);
    int connections =
        flood(
            "continuation flood",
            (connection, faults, end) -> {
              connection.headers(1, 0, block);
              while (System.nanoTime() < end) {
                connection.continuation(1, more, false);
                connection.flush();
                connection.drain();
                faults[0]++;
              }
            });
    assertThat(connections).as("it was cut off").isGreaterThan(1);
  }

  /** CVE-2023-44487. */
  @Test
  void rapidResets() throws Exception {
    byte[] block = RawHttp2.callHeaders(CLASSIFY, 0, 0);
    int connections =
        flood(
            "rapid resets",
            (connection, faults, end) -> {
              for (int stream = 1; stream > 0 && System.nanoTime() < end; stream += 2) {
                connection.headers(stream, RawHttp2.END_HEADERS, block);
                connection.reset(stream);
                if (stream % 64 == 1) {
                  connection.flush();
                  connection.drain();
                }
                faults[0]++;
              }
            });
    assertThat(connections).as("it was cut off").isGreaterThan(1);
  }

  /** A message's length prefix says 4 GiB, or the announced bytes never arrive. */
  @Test
  void messagesThatClaimToBeHuge() throws Exception {
    byte[] block = RawHttp2.callHeaders(CLASSIFY, 0, 0);
    byte[] claim = ByteBuffer.allocate(5).put((byte) 0).putInt(-1).array();
    byte[] half = ByteBuffer.allocate(1000).put((byte) 0).putInt(1 << 24).array();
    int unused =
        flood(
            "claims of huge messages",
            (connection, faults, end) -> {
              for (int stream = 1; stream < 400 && System.nanoTime() < end; stream += 2) {
                connection.headers(stream, RawHttp2.END_HEADERS, block);
                connection.data(stream, 0, stream % 4 == 1 ? claim : half);
                connection.flush();
                connection.drain();
                faults[0]++;
              }
            });
  }

  /** Valid calls with an invalid message. */
  @Test
  void messagesThatCanNotBeRead() throws Exception {
    byte[] block = RawHttp2.callHeaders(CLASSIFY, 0, 0);
    // A field of 127 bytes that are missing.
    byte[] broken = {0, 0, 0, 0, 2, 0x0A, 0x7F};
    int unused =
        flood(
            "messages that can't be read",
            (connection, faults, end) -> {
              for (int stream = 1; stream < 2_000_000 && System.nanoTime() < end; stream += 2) {
                connection.headers(stream, RawHttp2.END_HEADERS, block);
                connection.data(stream, RawHttp2.END_STREAM, broken);
                if (stream % 64 == 1) {
                  connection.flush();
                  connection.drain();
                }
                faults[0]++;
              }
            });
  }

  @Test
  void messagesOverTheLimit() throws Exception {
    ByteString huge = ByteString.copyFrom(new byte[24 << 20]);
    good.during(
        "messages over the limit",
        () -> {
          for (int i = 0; i < 20; i++) {
            assertThat(refusal(huge)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          }
          return 20;
        });
  }

  private static Status.Code refusal(ByteString file) {
    try {
      var unused = services.features().classify(Photos.classify(file));
      return Status.Code.OK;
    } catch (ServiceFailure e) {
      return Status.fromThrowable(e).getCode();
    }
  }

  @Test
  void messagesThatUnpackToGigabytes() throws Exception {
    try (GzipBomb bomb = new GzipBomb(services.featurePort())) {
      good.during(
          "gzip bombs",
          () -> {
            for (int i = 0; i < 20; i++) {
              assertThat(bomb.send()).startsWith("RESOURCE_EXHAUSTED: ");
            }
            return 20;
          });
    }
  }

  /**
   * 500 idle connections after the preface, 100 that never end the headers of a call, and others
   * that send no preface. All are closed.
   */
  @Test
  void idleAndSilentConnections() throws Exception {
    List<RawHttp2> connections = new ArrayList<>();
    try {
      good.during(
          "idle, silent and slow connections",
          () -> {
            for (int i = 0; i < 500; i++) {
              connections.add(RawHttp2.connected(services.featurePort()));
            }
            for (int i = 0; i < 100; i++) {
              connections.add(withoutAnEndOfHeaders());
            }
            for (int i = 0; i < 300; i++) {
              connections.add(silent(i));
            }
            // An idle timeout of 30 s, and 10 s of grace after GOAWAY.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            for (RawHttp2 connection : connections) {
              assertThat(connection.isClosedBefore(end)).as("closed by the server").isTrue();
            }
            return connections.size();
          });
    } finally {
      for (RawHttp2 connection : connections) {
        connection.close();
      }
    }
  }

  private static RawHttp2 withoutAnEndOfHeaders() throws IOException {
    RawHttp2 connection = RawHttp2.connected(services.featurePort());
    connection.headers(1, 0, RawHttp2.callHeaders(CLASSIFY, 0, 0));
    connection.flush();
    return connection;
  }

  private static RawHttp2 silent(int index) throws IOException {
    RawHttp2 connection = new RawHttp2(services.featurePort());
    if (index % 2 == 0) {
      connection.write(RawHttp2.halfAPreface());
      connection.flush();
    }
    return connection;
  }

  /**
   * Reconnects whenever the server has closed the connection; returns the number of connections.
   */
  private static int flood(String title, Flood flood) throws Exception {
    int[] opened = new int[1];
    good.during(
        title,
        () -> {
          int[] faults = new int[1];
          long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
          while (System.nanoTime() < end) {
            opened[0]++;
            try (RawHttp2 connection = RawHttp2.connected(services.featurePort())) {
              flood.on(connection, faults, end);
            } catch (IOException e) {
              // As expected: the server closed it.
            }
          }
          System.out.printf("%s: over %,d connections%n", title, opened[0]);
          return faults[0];
        });
    return opened[0];
  }

  private static byte[] cut(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }
}
