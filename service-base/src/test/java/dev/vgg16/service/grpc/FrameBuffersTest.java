package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBuffersTest {

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;

  private final Random random = new Random(7);
  private final EmbeddedChannel channel = new EmbeddedChannel(new FrameBuffers());

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private byte[] frame(int type, int flags, int length) {
    byte[] frame = new byte[9 + length];
    random.nextBytes(frame);
    frame[0] = (byte) (length >> 16);
    frame[1] = (byte) (length >> 8);
    frame[2] = (byte) length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    return frame;
  }

  /** A buffer like that of a socket: larger than what was read. */
  private static ByteBuf read(byte[] bytes, int from, int to) {
    return Unpooled.buffer(64 << 10).writeBytes(bytes, from, to - from);
  }

  private List<ByteBuf> received() {
    List<ByteBuf> received = new ArrayList<>();
    for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
      received.add(next);
    }
    return received;
  }

  private void sendPreface() {
    channel.writeInbound(read(PREFACE, 0, PREFACE.length));
    received().forEach(ByteBuf::release);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 9, 10, 100, 5_000, 40_000, 1_000_000})
  void eachFrameHasABufferOfItsOwnSize(int mostAtATime) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int length = i % 10 == 0 ? 16 << 10 : random.nextInt(3_000);
      frames.add(frame(random.nextInt(10), random.nextInt(256), i % 7 == 0 ? 0 : length));
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    frames.forEach(all::writeBytes);
    byte[] bytes = all.toByteArray();
    List<ByteBuf> reads = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(mostAtATime));
      ByteBuf read = read(bytes, at, end);
      reads.add(read);
      channel.writeInbound(read);
      at = end;
    }

    ByteArrayOutputStream preface = new ByteArrayOutputStream();
    int next = 0;
    for (ByteBuf buffer : received()) {
      if (preface.size() < PREFACE.length) {
        preface.writeBytes(ByteBufUtil.getBytes(buffer));
      } else {
        assertThat(ByteBufUtil.getBytes(buffer)).isEqualTo(frames.get(next));
        assertThat(buffer.capacity()).isEqualTo(frames.get(next++).length);
      }
      buffer.release();
    }
    assertThat(preface.toByteArray()).isEqualTo(PREFACE);
    assertThat(next).isEqualTo(frames.size());
    assertThat(reads).as("what was read from the socket").allMatch(read -> read.refCnt() == 0);
  }

  @Test
  void anOversizedFrameIsPassedOnToTheDecoder() {
    sendPreface();
    byte[] large = frame(DATA, 0, (16 << 10) + 1);
    channel.writeInbound(read(large, 0, 20), read(large, 20, 1000));
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    for (ByteBuf buffer : received()) {
      passed.writeBytes(ByteBufUtil.getBytes(buffer));
      buffer.release();
    }
    assertThat(passed.toByteArray()).isEqualTo(Arrays.copyOf(large, 1000));
  }

  @Test
  void aConnectionOfTinyDataFramesIsClosed() {
    sendPreface();
    byte[] tiny = frame(DATA, 0, FrameBuffers.MIN_MEAN_BYTES - 1);
    for (int i = 1; i < FrameBuffers.WATCHED_FRAMES; i++) {
      channel.writeInbound(read(tiny, 0, tiny.length));
    }
    assertThatThrownBy(() -> channel.writeInbound(read(tiny, 0, tiny.length)))
        .isInstanceOfSatisfying(
            Http2Exception.class,
            e -> assertThat(e.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM))
        .hasMessageContaining("send larger frames");
    received().forEach(ByteBuf::release);
  }

  @Test
  void tinyFramesBetweenLargeOnesAreAccepted() {
    sendPreface();
    byte[] tiny = frame(DATA, 0, 5);
    byte[] large = frame(DATA, 0, 300);
    byte[] message = frame(DATA, 1, 20);
    byte[] headers = frame(HEADERS, 4, 20);
    for (int i = 0; i < 3 * FrameBuffers.WATCHED_FRAMES; i++) {
      for (byte[] frame : List.of(headers, message, tiny, large)) {
        channel.writeInbound(read(frame, 0, frame.length));
      }
      received().forEach(ByteBuf::release);
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void anUnfinishedFrameIsReleasedWithItsConnection() {
    sendPreface();
    byte[] cut = frame(DATA, 0, 1000);
    ByteBuf read = read(cut, 0, 500);
    channel.writeInbound(read);
    assertThat(read.refCnt()).isZero();
    var unused = channel.close();
    assertThat(received()).isEmpty();
  }

  /** What follows would be read as frames, wherever it begins. */
  @Test
  void aConnectionIsClosedWhenOutOfMemory() {
    sendPreface();
    channel.config().setAllocator(new NoMemory());
    byte[] frame = frame(DATA, 0, 1000);
    ByteBuf read = read(frame, 0, 500);
    assertThatThrownBy(() -> channel.writeInbound(read)).isInstanceOf(OutOfMemoryError.class);
    assertThat(channel.isOpen()).isFalse();
    assertThat(read.refCnt()).isZero();
    assertThat(received()).isEmpty();
  }

  private static final class NoMemory extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("no heap");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      throw new OutOfMemoryError("no direct memory");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }
}
