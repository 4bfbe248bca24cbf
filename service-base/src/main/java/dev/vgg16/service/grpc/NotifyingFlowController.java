package dev.vgg16.service.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.function.ObjIntConsumer;

/** A decorator that notifies when a call has consumed received bytes. */
final class NotifyingFlowController implements Http2LocalFlowController {

  private final Http2LocalFlowController controller;
  private final ObjIntConsumer<Http2Stream> consumed;

  /**
   * @param consumed called with the number of bytes after they are consumed
   */
  NotifyingFlowController(
      Http2LocalFlowController controller, ObjIntConsumer<Http2Stream> consumed) {
    this.controller = controller;
    this.consumed = consumed;
  }

  @Override
  public boolean consumeBytes(Http2Stream stream, int bytes) throws Http2Exception {
    boolean updated = controller.consumeBytes(stream, bytes);
    // Null for a frame after its stream's end.
    if (stream != null && bytes > 0) {
      consumed.accept(stream, bytes);
    }
    return updated;
  }

  @Override
  public Http2LocalFlowController frameWriter(Http2FrameWriter writer) {
    controller.frameWriter(writer);
    return this;
  }

  @Override
  public void receiveFlowControlledFrame(
      Http2Stream stream, ByteBuf data, int padding, boolean last) throws Http2Exception {
    controller.receiveFlowControlledFrame(stream, data, padding, last);
  }

  @Override
  public int unconsumedBytes(Http2Stream stream) {
    return controller.unconsumedBytes(stream);
  }

  @Override
  public int initialWindowSize(Http2Stream stream) {
    return controller.initialWindowSize(stream);
  }

  @Override
  public void channelHandlerContext(ChannelHandlerContext context) throws Http2Exception {
    controller.channelHandlerContext(context);
  }

  @Override
  public void initialWindowSize(int bytes) throws Http2Exception {
    controller.initialWindowSize(bytes);
  }

  @Override
  public int initialWindowSize() {
    return controller.initialWindowSize();
  }

  @Override
  public int windowSize(Http2Stream stream) {
    return controller.windowSize(stream);
  }

  @Override
  public void incrementWindowSize(Http2Stream stream, int bytes) throws Http2Exception {
    controller.incrementWindowSize(stream, bytes);
  }
}
