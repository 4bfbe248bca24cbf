package dev.vgg16.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Messages on one connection, each of its own call, that are sent without their ends, round-robin
 * and as fast as flow control permits.
 */
final class Uploads implements AutoCloseable {

  private static final int FRAME = 16 << 10;
  private static final int DEFAULT_WINDOW = 65_535;
  private static final int INITIAL_WINDOW_SIZE = 4;

  private final RawHttp2 connection;
  private final Map<Integer, Upload> open = new LinkedHashMap<>();
  private long window = DEFAULT_WINDOW;
  private int streamWindow = DEFAULT_WINDOW;
  private int refused;
  private boolean closed;

  /** The rest of a message, and its stream's window. */
  private static final class Upload {
    private long left;
    private long window;

    Upload(long left, long window) {
      this.left = left;
      this.window = window;
    }
  }

  /**
   * @param bytes of each message, as announced
   * @param sent bytes of it that are sent, fewer than announced
   */
  Uploads(int port, String path, int calls, int bytes, int sent) throws IOException {
    connection = RawHttp2.connected(port);
    // The server's settings come first.
    take(connection.read());
    byte[] headers = RawHttp2.callHeaders(path, 0, 0);
    byte[] length = ByteBuffer.allocate(5).put((byte) 0).putInt(bytes).array();
    for (int i = 0; i < calls; i++) {
      int stream = 2 * i + 1;
      connection.headers(stream, RawHttp2.END_HEADERS, headers);
      connection.data(stream, 0, length);
      window -= length.length;
      open.put(stream, new Upload(sent, streamWindow - length.length));
    }
    connection.flush();
  }

  /** The number of calls that the server ended. */
  int refused() {
    return refused;
  }

  /** The number of messages that are sent except for their ends. */
  int waiting() {
    return (int) open.values().stream().filter(upload -> upload.left == 0).count();
  }

  /** Sends one round of what flow control permits; returns whether it sent anything. */
  boolean send() throws IOException {
    takeAll();
    boolean sent = false;
    for (Map.Entry<Integer, Upload> entry : open.entrySet()) {
      Upload upload = entry.getValue();
      int bytes = (int) Math.min(Math.min(FRAME, upload.left), Math.min(upload.window, window));
      if (bytes > 0) {
        connection.data(entry.getKey(), 0, new byte[bytes]);
        upload.left -= bytes;
        upload.window -= bytes;
        window -= bytes;
        sent = true;
      }
    }
    connection.flush();
    return sent;
  }

  /** Whether every message is sent except for its end, or refused. */
  boolean isDone() {
    return closed || waiting() == open.size();
  }

  /** Reads the servers' frames until at most so many messages remain unfinished. */
  static void awaitWaiting(Iterable<Uploads> all, int most)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      int waiting = 0;
      for (Uploads uploads : all) {
        uploads.takeAll();
        waiting += uploads.waiting();
      }
      if (waiting <= most) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(waiting + " messages wait, not at most " + most);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void takeAll() throws IOException {
    while (!closed && connection.hasInput()) {
      take(connection.read());
    }
  }

  private void take(RawHttp2.Frame frame) {
    ByteBuffer payload = frame.payload();
    switch (frame.type()) {
      case RawHttp2.SETTINGS -> settings(payload);
      case RawHttp2.WINDOW_UPDATE -> windowUpdate(frame.stream(), payload.getInt());
      case RawHttp2.RST_STREAM -> end(frame.stream());
      case RawHttp2.HEADERS -> {
        if ((frame.flags() & RawHttp2.END_STREAM) != 0) {
          end(frame.stream());
        }
      }
      // Without an error it is the connection's age: open streams continue.
      case RawHttp2.GOAWAY -> closed |= payload.getInt(4) != 0;
      default -> {}
    }
  }

  private void settings(ByteBuffer payload) {
    while (payload.hasRemaining()) {
      int id = payload.getShort();
      int value = payload.getInt();
      if (id == INITIAL_WINDOW_SIZE) {
        int more = value - streamWindow;
        streamWindow = value;
        open.values().forEach(upload -> upload.window += more);
      }
    }
  }

  private void windowUpdate(int stream, int more) {
    if (stream == 0) {
      window += more;
    } else if (open.containsKey(stream)) {
      open.get(stream).window += more;
    }
  }

  private void end(int stream) {
    if (open.remove(stream) != null) {
      refused++;
    }
  }

  /** Continues until all are done. */
  static void sendAll(Iterable<Uploads> all) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    boolean done = false;
    while (!done) {
      if (System.nanoTime() > end) {
        throw new AssertionError("uploads neither progress nor are refused");
      }
      done = true;
      boolean sent = false;
      for (Uploads uploads : all) {
        if (!uploads.isDone()) {
          sent |= uploads.send();
          done = false;
        }
      }
      if (!sent) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
