package dev.vgg16.service.management;

import com.google.common.net.HttpHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;

/**
 * Serves one request of a connection and closes it, so that a connection holds at most one
 * response. A request's body is not read.
 */
final class HttpHandler extends ChannelInboundHandlerAdapter {

  private final ManagementPages pages;
  private boolean responding;

  HttpHandler(ManagementPages pages) {
    this.pages = pages;
  }

  @Override
  public void channelRead(ChannelHandlerContext connection, Object part) {
    try {
      if (part instanceof HttpRequest request && !responding) {
        responding = true;
        connection.channel().config().setAutoRead(false);
        boolean withBody = !HttpMethod.HEAD.equals(request.method());
        var unused =
            answer(request)
                .thenAcceptAsync(page -> send(connection, page, withBody), connection.executor());
      }
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  private CompletableFuture<HttpPage> answer(HttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return CompletableFuture.completedFuture(
          HttpPage.of(400, "malformed HTTP/1.1, or more than 8 KiB of headers"));
    }
    if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.HEAD.equals(request.method())) {
      return CompletableFuture.completedFuture(HttpPage.of(405, "only GET and HEAD are allowed"));
    }
    return pages.get(request.uri().split("\\?", 2)[0], request.headers().get(HttpHeaders.ACCEPT));
  }

  private static void send(ChannelHandlerContext connection, HttpPage page, boolean withBody) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            withBody
                ? Unpooled.wrappedBuffer(page.body().asReadOnlyByteBuffer())
                : Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, page.contentType())
        .set(HttpHeaders.CONTENT_LENGTH, page.body().size())
        .set(HttpHeaders.CONNECTION, "close");
    if (page.status() == 405) {
      response.headers().set(HttpHeaders.ALLOW, "GET, HEAD");
    }
    var unused = connection.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  /** Not logged: usually the client has closed the connection. */
  @Override
  public void exceptionCaught(ChannelHandlerContext connection, Throwable cause) {
    var unused = connection.close();
  }
}
