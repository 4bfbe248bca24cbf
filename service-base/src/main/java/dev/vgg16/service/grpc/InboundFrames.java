package dev.vgg16.service.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Bounds the number of open calls, and the memory of received bytes that they have not requested.
 *
 * <p>A stream whose service requests no messages, since its window is full or its client reads no
 * responses, buffers as much as HTTP/2's flow control allows: a window for each stream, without a
 * limit per connection. When a connection is over its limit, the stream that received more is reset
 * with ENHANCE_YOUR_CALM, which gRPC's clients report as RESOURCE_EXHAUSTED. When there are too
 * many calls, a new one is reset with REFUSED_STREAM, after which clients may retry it. One
 * instance per connection, on its event loop.
 */
final class InboundFrames extends Http2FrameListenerDecorator {

  /** What a connection may always hold: a stream's window, with overhead. */
  static final int SMALL_BYTES = TransportLimits.WINDOW + TransportLimits.WINDOW / 4;

  private final Http2ConnectionHandler handler;
  private final StreamResets resets;
  private final Http2Connection http2;
  private final Http2LocalFlowController flow;
  private final Connection connection;
  private final ConnectionSlots.Slot slot;
  private final Http2Connection.PropertyKey key;

  /** The bytes of a stream that are counted as waiting. */
  private static final class Waiting {
    private long bytes;
  }

  private InboundFrames(
      Http2ConnectionHandler handler,
      Connection connection,
      ConnectionSlots.Slot slot,
      StreamResets resets) {
    super(handler.decoder().frameListener());
    this.handler = handler;
    this.resets = resets;
    this.http2 = handler.connection();
    this.flow = http2.local().flowController();
    this.connection = connection;
    this.slot = slot;
    this.key = http2.newKey();
  }

  /** Counts a connection's frames; must be called before the first. */
  static void count(
      Http2ConnectionHandler handler,
      Connection connection,
      ConnectionSlots.Slot slot,
      StreamResets resets) {
    InboundFrames frames = new InboundFrames(handler, connection, slot, resets);
    handler.decoder().frameListener(frames);
    frames.http2.local().flowController(new NotifyingFlowController(frames.flow, frames::consumed));
    frames.http2.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamClosed(Http2Stream stream) {
            frames.closed(stream);
          }
        });
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    Http2Stream stream = http2.stream(id);
    if (stream != null && stream.getProperty(key) == null) {
      if (!connection.calls().hasRoomFor(1)) {
        throw Http2Exception.streamError(
            id, Http2Error.REFUSED_STREAM, "too many calls are open already");
      }
      boolean unused = connection.calls().add(1);
      slot.busy();
      stream.setProperty(key, new Waiting());
    }
    resets.whileOpening(
        () -> context.executor().execute(() -> reset(context, id)),
        () ->
            super.onHeadersRead(
                context, id, headers, dependency, weight, exclusive, padding, last));
  }

  private void reset(ChannelHandlerContext context, int id) {
    if (http2.stream(id) != null) {
      handler.onError(
          context,
          false,
          Http2Exception.streamError(
              id, Http2Error.ENHANCE_YOUR_CALM, "there is no memory for its unfinished message"));
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean last)
      throws Http2Exception {
    Http2Stream stream = http2.stream(id);
    Waiting waiting = stream == null ? null : stream.getProperty(key);
    int size = data.readableBytes();
    int processed = super.onDataRead(context, id, data, padding, last);
    boolean waits = size > 0 && flow.unconsumedBytes(stream) > processed;
    if (waits && waiting != null && stream.getProperty(key) == waiting) {
      add(id, waiting, size + InboundCall.MIN_PIECE);
    }
    return processed;
  }

  private void add(int id, Waiting waiting, long bytes) throws Http2Exception {
    waiting.bytes += bytes;
    if (!connection.waiting().add(bytes) && connection.waiting().held() > SMALL_BYTES) {
      throw Http2Exception.streamError(
          id,
          Http2Error.ENHANCE_YOUR_CALM,
          "%d bytes of this connection are buffered that no call has requested",
          connection.waiting().held());
    }
  }

  /** A call has consumed bytes; releases the same part of the counted ones. */
  private void consumed(Http2Stream stream, int bytes) {
    Waiting waiting = stream.getProperty(key);
    if (waiting != null && waiting.bytes > 0) {
      long left = flow.unconsumedBytes(stream);
      release(waiting, waiting.bytes - waiting.bytes * left / (left + bytes));
    }
  }

  private void release(Waiting waiting, long bytes) {
    waiting.bytes -= bytes;
    connection.waiting().release(bytes);
  }

  private void closed(Http2Stream stream) {
    Waiting waiting = stream.removeProperty(key);
    if (waiting != null) {
      release(waiting, waiting.bytes);
      connection.calls().release(1);
      if (connection.calls().held() == 0) {
        slot.idle();
      }
    }
  }
}
