package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that flood a connection with HTTP/2 frames other than calls. */
@Timeout(300)
class FrameFloodIT {

  private static final long SECONDS = 5;

  /** Of 7 kB each, several times the heap that is free. */
  private static final int CALLS = 10_000;

  private static final int CALLS_AT_A_TIME = 50;
  private static final int NAME_BYTES = 7_000;

  /** Small frames of each type that is allowed at any time. */
  @Test
  void controlFrames() throws Exception {
    try (Services services = Services.start()) {
      GoodClient good = new GoodClient(services.featureConnection());
      good.during("control frames", () -> flood(services.featurePort()));
      int resident = services.featureProgram().residentMebibytes();
      System.out.printf("resident: %,d MiB%n", resident);
      assertThat(services.featureProgram().err()).hasSizeLessThan(20_000);
    }
  }

  private static int flood(int port) throws IOException {
    int frames = 0;
    try (RawHttp2 connection = RawHttp2.connected(port)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (System.nanoTime() < end) {
        for (int i = 0; i < 500; i++) {
          connection.setting(RawHttp2.HEADER_TABLE_SIZE, i % 2 == 0 ? 0 : -1);
          connection.setting(RawHttp2.INITIAL_WINDOW_SIZE, i % 2 == 0 ? 0 : 1 << 20);
          connection.windowUpdate(1);
          connection.priority(2 * i + 1, 2 * i + 3);
          connection.pong();
          connection.unknown(new byte[10]);
          frames += 6;
        }
        connection.flush();
        connection.drain();
      }
    }
    return frames;
  }

  /**
   * A client sets a header table of 4 GiB for its connection (RFC 7541, section 4.2) and calls
   * unknown methods: each answer quotes another name.
   */
  @Test
  void answersThatFillTheTableOfHeaders() throws Exception {
    try (HeadProgram head =
        HeadProgram.start(Map.of("JAVA_OPTS", "-Xmx50m"), Program.ROOT.resolve("models/heads"))) {
      int answered = 0;
      try (RawHttp2 connection =
          RawHttp2.connected(head.port(), RawHttp2.HEADER_TABLE_SIZE, /* value= */ -1)) {
        for (int call = 0; call < CALLS; call += CALLS_AT_A_TIME) {
          answered += ask(connection, call);
        }
      }
      System.out.printf(
          "%,d of %,d calls answered; resident: %,d MiB%n",
          answered, CALLS, head.program().residentMebibytes());
      assertThat(head.client().heads().getHeadsCount()).isPositive();
      assertThat(answered).isEqualTo(CALLS);
    }
  }

  private static int ask(RawHttp2 connection, int first) throws IOException {
    for (int call = first; call < first + CALLS_AT_A_TIME; call++) {
      String name = "/x%06d%s".formatted(call, "y".repeat(NAME_BYTES));
      connection.headers(
          2 * call + 1,
          RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
          RawHttp2.callHeaders(name, 0, 0));
    }
    connection.flush();
    int answered = 0;
    while (answered < CALLS_AT_A_TIME) {
      RawHttp2.Frame frame = connection.read();
      boolean last = (frame.flags() & RawHttp2.END_STREAM) != 0;
      if (frame.type() == RawHttp2.HEADERS && last) {
        answered++;
      }
    }
    return answered;
  }
}
