package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The header table size that Netty's encoder reads from a client's SETTINGS. */
class HeaderTableLimitTest {

  private static final int HEADER_TABLE_SIZE = 1;
  private static final int MAX_FRAME_SIZE = 5;
  private static final long FOUR_GIBIBYTES = 0xFFFF_FFFFL;

  private final Http2ConnectionHandler http2 =
      new Http2ConnectionHandlerBuilder()
          .server(true)
          .frameListener(new Http2FrameAdapter())
          .build();
  private final EmbeddedChannel channel = new EmbeddedChannel(new FrameBuffers(), http2);

  @BeforeEach
  void sendPreface() {
    channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf());
    settings();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  /**
   * @param entries each setting and its value
   */
  private void settings(long... entries) {
    int length = entries.length / 2 * 6;
    ByteBuf frame = Unpooled.buffer().writeMedium(length).writeByte(4).writeByte(0).writeInt(0);
    for (int i = 0; i < entries.length; i += 2) {
      frame.writeShort((int) entries[i]).writeInt((int) entries[i + 1]);
    }
    channel.writeInbound(frame);
  }

  private long tableSize() {
    return http2.encoder().configuration().headersConfiguration().maxHeaderTableSize();
  }

  @Test
  void aClientGetsNoLargerTableThanTheDefault() {
    settings(HEADER_TABLE_SIZE, FOUR_GIBIBYTES);
    assertThat(tableSize()).isEqualTo(HeaderTableLimit.MAX_BYTES);
  }

  @Test
  void aRepeatedSettingIsLimitedAndOtherSettingsAreKept() {
    settings(
        MAX_FRAME_SIZE,
        20_000,
        HEADER_TABLE_SIZE,
        5000,
        HEADER_TABLE_SIZE,
        HeaderTableLimit.MAX_BYTES);
    assertThat(tableSize()).isEqualTo(HeaderTableLimit.MAX_BYTES);
    assertThat(http2.encoder().configuration().frameSizePolicy().maxFrameSize()).isEqualTo(20_000);
  }

  /** Each change would be kept in memory until the next response. */
  @Test
  void aSmallerTableNeverGrows() {
    settings(HEADER_TABLE_SIZE, 100);
    assertThat(tableSize()).isEqualTo(100);
    settings(HEADER_TABLE_SIZE, FOUR_GIBIBYTES);
    assertThat(tableSize()).isEqualTo(100);
    settings(HEADER_TABLE_SIZE, 0);
    assertThat(tableSize()).isZero();
    settings(HEADER_TABLE_SIZE, 100);
    assertThat(tableSize()).isZero();
  }
}
