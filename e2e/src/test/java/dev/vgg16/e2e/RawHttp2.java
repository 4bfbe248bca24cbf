package dev.vgg16.e2e;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A connection on which a malicious client writes arbitrary HTTP/2 frames (RFC 9113). */
final class RawHttp2 implements AutoCloseable {

  static final int END_STREAM = 0x1;
  private static final int ACK = 0x1;
  static final int END_HEADERS = 0x4;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  static final int DATA = 0x0;
  static final int HEADERS = 0x1;
  private static final int PRIORITY = 0x2;
  static final int RST_STREAM = 0x3;
  static final int SETTINGS = 0x4;
  private static final int PING = 0x6;
  static final int GOAWAY = 0x7;
  static final int WINDOW_UPDATE = 0x8;
  private static final int CONTINUATION = 0x9;
  private static final int UNKNOWN_TYPE = 0xF0;
  private static final int CANCEL = 0x8;
  static final short HEADER_TABLE_SIZE = 1;
  static final short INITIAL_WINDOW_SIZE = 4;

  private final Socket socket;
  private final DataOutputStream out;

  /** What the server sends. */
  record Frame(int type, int flags, int stream, ByteBuffer payload) {}

  RawHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
  }

  /** Opens a connection and completes the preface. */
  static RawHttp2 connected(int port) throws IOException {
    RawHttp2 connection = new RawHttp2(port);
    connection.write(PREFACE);
    connection.frame(SETTINGS, 0, 0, new byte[0]);
    connection.flush();
    return connection;
  }

  /** Opens a connection with a flow-control window of so many bytes per stream. */
  static RawHttp2 connected(int port, int window) throws IOException {
    return connected(port, INITIAL_WINDOW_SIZE, window);
  }

  /** Opens a connection with a setting of the client. */
  static RawHttp2 connected(int port, short setting, int value) throws IOException {
    RawHttp2 connection = new RawHttp2(port);
    connection.write(PREFACE);
    connection.setting(setting, value);
    connection.flush();
    return connection;
  }

  static byte[] halfAPreface() {
    return Arrays.copyOf(PREFACE, PREFACE.length / 2);
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  void flush() throws IOException {
    out.flush();
  }

  void headers(int stream, int flags, byte[] block) throws IOException {
    frame(HEADERS, flags, stream, block);
  }

  void continuation(int stream, byte[] block, boolean last) throws IOException {
    frame(CONTINUATION, last ? END_HEADERS : 0, stream, block);
  }

  void data(int stream, int flags, byte[] bytes) throws IOException {
    frame(DATA, flags, stream, bytes);
  }

  void reset(int stream) throws IOException {
    frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
  }

  void setting(short setting, int value) throws IOException {
    frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort(setting).putInt(value).array());
  }

  /** Increases the flow-control window of the connection. */
  void windowUpdate(int bytes) throws IOException {
    frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  /** For a stream that may not exist. */
  void priority(int stream, int dependency) throws IOException {
    frame(PRIORITY, 0, stream, ByteBuffer.allocate(5).putInt(dependency).array());
  }

  /** A ping acknowledgement without a ping. */
  void pong() throws IOException {
    frame(PING, ACK, 0, new byte[8]);
  }

  /** A frame of an unknown type, which the server must ignore. */
  void unknown(byte[] bytes) throws IOException {
    frame(UNKNOWN_TYPE, 0, 0, bytes);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  /** The headers of a call, and so many further headers of this size. */
  static byte[] callHeaders(String path, int others, int size) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", path);
    header(block, ":authority", "localhost");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    for (int i = 0; i < others; i++) {
      header(block, "x-" + i, "v".repeat(size));
    }
    return block.toByteArray();
  }

  /** A literal without indexing, RFC 7541, 6.2.2. */
  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name);
    string(block, value);
  }

  private static void string(ByteArrayOutputStream block, String text) {
    int length = text.length();
    if (length < 0x7F) {
      block.write(length);
    } else {
      block.write(0x7F);
      for (length -= 0x7F; length >= 0x80; length >>= 7) {
        block.write((length & 0x7F) | 0x80);
      }
      block.write(length);
    }
    block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The next frame of the server; waits for it. */
  Frame read() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
  }

  /** Whether bytes of the server can be read. */
  boolean hasInput() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  /** Reads and discards the available bytes. */
  void drain() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[1 << 14];
    while (in.available() > 0) {
      if (in.read(bytes) < 0) {
        throw new IOException("closed");
      }
    }
  }

  /** Whether the server closes the connection before this time. */
  boolean isClosedBefore(long nanoTime) throws IOException {
    byte[] bytes = new byte[1 << 12];
    try {
      while (true) {
        long left = TimeUnit.NANOSECONDS.toMillis(nanoTime - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        socket.setSoTimeout((int) left);
        if (socket.getInputStream().read(bytes) < 0) {
          return true;
        }
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      // Reset by the peer.
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    // Without flushing the buffer, since the server no longer reads it.
    socket.close();
  }
}
