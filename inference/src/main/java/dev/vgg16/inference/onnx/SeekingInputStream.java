package dev.vgg16.inference.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A stream over a channel that skips by seeking. It does not close the channel.
 *
 * <p>The JDK's streams either read what they skip, or skip past the end of a file.
 */
final class SeekingInputStream extends InputStream {

  private final SeekableByteChannel channel;

  SeekingInputStream(SeekableByteChannel channel) {
    this.channel = channel;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public long skip(long count) throws IOException {
    long position = channel.position();
    long skipped = Math.max(0, Math.min(count, channel.size() - position));
    channel.position(position + skipped);
    return skipped;
  }

  @Override
  public int available() {
    return 0;
  }
}
