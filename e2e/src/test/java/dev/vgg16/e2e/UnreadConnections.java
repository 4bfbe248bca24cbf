package dev.vgg16.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Connections whose client accepts no byte of any answer, with flow-control windows of zero, and
 * still opens calls.
 */
final class UnreadConnections implements AutoCloseable {

  private static final int FRAME = 16_000;

  private final List<OneConnection> connections = new ArrayList<>();

  /** One connection and the outcomes of its calls. */
  private static final class OneConnection {
    private final RawHttp2 http2;
    private final Set<Integer> heardOf = new HashSet<>();
    private boolean closed;

    OneConnection(RawHttp2 http2) {
      this.http2 = http2;
    }

    void send(int stream, byte[] headers, byte[] data, int last) {
      try {
        http2.headers(stream, RawHttp2.END_HEADERS, headers);
        send(stream, data, last);
      } catch (IOException e) {
        closed = true;
      }
    }

    void send(int stream, byte[] data, int last) {
      try {
        http2.data(stream, last, data);
        http2.flush();
        // Otherwise both sides would wait for each other to read.
        take();
      } catch (IOException e) {
        closed = true;
      }
    }

    void take() throws IOException {
      while (!closed && http2.hasInput()) {
        RawHttp2.Frame frame = http2.read();
        if (frame.type() == RawHttp2.HEADERS || frame.type() == RawHttp2.RST_STREAM) {
          heardOf.add(frame.stream());
        }
      }
    }
  }

  UnreadConnections(int port, int connections) throws IOException {
    for (int i = 0; i < connections; i++) {
      this.connections.add(new OneConnection(RawHttp2.connected(port, 0)));
    }
  }

  /** Opens so many calls on each, each with the same messages; returns how many in all. */
  int call(String path, byte[] message, int messages, int calls, boolean last) {
    byte[] headers = RawHttp2.callHeaders(path, 0, 0);
    byte[] data = messages(message, messages);
    for (int i = 0; i < calls; i++) {
      for (OneConnection connection : connections) {
        connection.send(stream(i), headers, data, last ? RawHttp2.END_STREAM : 0);
      }
    }
    return calls * connections.size();
  }

  /** Sends more to each call, also beyond flow control. */
  void fill(byte[] message, int calls, int bytes) {
    byte[] frame = messages(message, Math.max(1, FRAME / (message.length + 5)));
    for (int sent = 0; sent < bytes; sent += frame.length) {
      for (int i = 0; i < calls; i++) {
        for (OneConnection connection : connections) {
          connection.send(stream(i), frame, 0);
        }
      }
    }
  }

  private static int stream(int call) {
    return 2 * call + 1;
  }

  private static byte[] messages(byte[] message, int count) {
    ByteBuffer all = ByteBuffer.allocate(count * (5 + message.length));
    for (int i = 0; i < count; i++) {
      all.put((byte) 0).putInt(message.length).put(message);
    }
    return all.array();
  }

  /** Waits until each call has headers or an end, or its connection is closed. */
  void awaitWord(int calls) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(240);
    while (true) {
      long waiting = 0;
      for (OneConnection connection : connections) {
        takeOf(connection);
        waiting += connection.closed ? 0 : calls - connection.heardOf.size();
      }
      if (waiting == 0) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("%d calls have neither headers nor an end".formatted(waiting));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static void takeOf(OneConnection connection) {
    try {
      connection.take();
    } catch (IOException e) {
      connection.closed = true;
    }
  }

  @Override
  public void close() throws IOException {
    for (OneConnection connection : connections) {
      connection.http2.close();
    }
  }
}
