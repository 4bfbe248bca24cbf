package dev.vgg16.feature.http;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.service.grpc.HttpCaller;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the gRPC services of this process, each on behalf of an HTTP request: with its token,
 * trace and request id. It is cancelled when Jetty notices that the client has gone, which it does
 * when it writes: a call whose client has gone while it waits is made to its end.
 */
public final class GrpcCalls {

  private static final List<Metadata.Key<String>> FORWARDED =
      List.of(
          key("authorization"),
          key("traceparent"),
          key("tracestate"),
          key("x-request-id"),
          key("user-agent"));

  private final Channel channel;

  public GrpcCalls(Channel channel) {
    this.channel = channel;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /**
   * Makes a unary call.
   *
   * @param timeout after which it ends with DEADLINE_EXCEEDED
   */
  public <Q, R> CompletableFuture<R> call(
      MethodDescriptor<Q, R> method, Q message, Request request, Duration timeout) {
    ListenableFuture<R> response =
        ClientCalls.futureUnaryCall(
            ClientInterceptors.intercept(
                    channel, MetadataUtils.newAttachHeadersInterceptor(headers(request)))
                .newCall(
                    method,
                    CallOptions.DEFAULT.withDeadlineAfter(
                        timeout.toMillis(), TimeUnit.MILLISECONDS)),
            message);
    request.addFailureListener(failure -> response.cancel(true));
    return completable(response);
  }

  private static Metadata headers(Request request) {
    Metadata headers = new Metadata();
    for (Metadata.Key<String> key : FORWARDED) {
      String value = request.getHeaders().get(key.originalName());
      if (value != null) {
        headers.put(key, value);
      }
    }
    SocketAddress client = request.getConnectionMetaData().getRemoteSocketAddress();
    if (client instanceof InetSocketAddress address) {
      HttpCaller.name(address, headers);
    }
    return headers;
  }

  /** The same future for {@link CompletableFuture}'s users. */
  public static <R> CompletableFuture<R> completable(ListenableFuture<R> future) {
    CompletableFuture<R> result = new CompletableFuture<>();
    Futures.addCallback(
        future,
        new FutureCallback<R>() {
          @Override
          public void onSuccess(@Nullable R value) {
            result.complete(value);
          }

          @Override
          public void onFailure(Throwable failure) {
            result.completeExceptionally(failure);
          }
        },
        MoreExecutors.directExecutor());
    return result;
  }
}
