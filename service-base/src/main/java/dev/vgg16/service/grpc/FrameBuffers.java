package dev.vgg16.service.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Copies each received HTTP/2 frame (RFC 9113, section 4.1) into a buffer of the frame's size. gRPC
 * keeps the payload as a slice of the buffer that was read from the socket until the message is
 * parsed, so that a frame of one byte would retain 64 KiB. Netty's own clients send frames of 1 KiB
 * when many streams share a connection's window.
 *
 * <p>A connection that sends only tiny DATA frames is closed with ENHANCE_YOUR_CALM: each frame
 * costs some heap objects, which flow control does not count.
 */
final class FrameBuffers extends ChannelInboundHandlerAdapter {

  /** Among this many DATA frames that do not end their stream, the mean size is checked. */
  static final int WATCHED_FRAMES = 4096;

  static final int MIN_MEAN_BYTES = 128;

  private static final int PREFACE_BYTES = 24;
  static final int HEADER_BYTES = 9;

  /** HTTP/2's default SETTINGS_MAX_FRAME_SIZE, which gRPC's servers do not change. */
  private static final int MAX_PAYLOAD_BYTES = 16 << 10;

  private static final int DATA = 0;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;

  private final byte[] header = new byte[HEADER_BYTES];
  private int prefaceLeft = PREFACE_BYTES;
  private int headerRead;

  /** The frame whose payload is incomplete; null between frames. */
  private @Nullable ByteBuf frame;

  /** Set after an oversized frame: the decoder refuses it and closes the connection. */
  private boolean passOn;

  private final HeaderTableLimit headerTable = new HeaderTableLimit();

  private int watchedFrames;
  private long watchedBytes;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Http2Exception {
    if (passOn || !(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    try {
      split(context, bytes);
    } catch (OutOfMemoryError e) {
      // The rest of the frame would be parsed as frames.
      var unused = context.close();
      throw e;
    } finally {
      bytes.release();
    }
  }

  private void split(ChannelHandlerContext context, ByteBuf bytes) throws Http2Exception {
    passPreface(context, bytes);
    while (bytes.isReadable()) {
      if (passOn) {
        context.fireChannelRead(bytes.readRetainedSlice(bytes.readableBytes()));
      } else if (frame == null) {
        readHeader(context, bytes);
      } else {
        frame.writeBytes(bytes, Math.min(bytes.readableBytes(), frame.writableBytes()));
      }
      passFrameIfComplete(context);
    }
  }

  private void passPreface(ChannelHandlerContext context, ByteBuf bytes) {
    int length = Math.min(prefaceLeft, bytes.readableBytes());
    if (length > 0) {
      prefaceLeft -= length;
      context.fireChannelRead(bytes.readRetainedSlice(length));
    }
  }

  private void readHeader(ChannelHandlerContext context, ByteBuf bytes) throws Http2Exception {
    int length = Math.min(HEADER_BYTES - headerRead, bytes.readableBytes());
    bytes.readBytes(header, headerRead, length);
    headerRead += length;
    if (headerRead < HEADER_BYTES) {
      return;
    }
    headerRead = 0;
    int payload = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
    passOn = payload > MAX_PAYLOAD_BYTES;
    watch(payload);
    frame = context.alloc().directBuffer(HEADER_BYTES + (passOn ? 0 : payload));
    frame.writeBytes(header);
  }

  private void watch(int payload) throws Http2Exception {
    if (header[3] != DATA || (header[4] & END_STREAM) != 0) {
      return;
    }
    watchedFrames++;
    watchedBytes += payload;
    if (watchedFrames == WATCHED_FRAMES) {
      if (watchedBytes < (long) WATCHED_FRAMES * MIN_MEAN_BYTES) {
        passOn = true;
        throw Http2Exception.connectionError(
            Http2Error.ENHANCE_YOUR_CALM,
            "the last %d DATA frames have %d bytes in total: send larger frames",
            watchedFrames,
            watchedBytes);
      }
      watchedFrames = 0;
      watchedBytes = 0;
    }
  }

  private void passFrameIfComplete(ChannelHandlerContext context) {
    if (frame != null && (passOn || !frame.isWritable())) {
      ByteBuf complete = frame;
      frame = null;
      if (header[3] == SETTINGS) {
        headerTable.apply(complete);
      }
      context.fireChannelRead(complete);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    release();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    release();
  }

  private void release() {
    if (frame != null) {
      frame.release();
      frame = null;
    }
  }
}
