package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream of items whose call is ended by the server. */
class LongLivedCallTest {

  private static final String NAME = "long-lived call";

  private final OpenStreams openStreams = new OpenStreams();
  private final CompletableFuture<LongLivedCall<?, ?>> longLived = new CompletableFuture<>();
  private final CompletableFuture<ItemStream.Responder<String>> answer = new CompletableFuture<>();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessServerBuilder.forName(NAME)
            .addService(
                TextService.stream(out -> ItemStream.serve(out, 4, openStreams, new Waiting())))
            .intercept(
                new ServerInterceptor() {
                  @Override
                  public <Q, R> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                    LongLivedCall<Q, R> ends = new LongLivedCall<>(call);
                    longLived.complete(ends);
                    return next.startCall(ends, headers);
                  }
                })
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(NAME).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private final class Waiting implements ItemStream.Handler<String, String> {
    @Override
    public void handle(String request, ItemStream.Responder<String> to) {
      answer.complete(to);
    }

    @Override
    public void cancelled() {
      cancelled.countDown();
    }
  }

  @Test
  void aTerminatedStreamIsUnregistered() throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    StreamObserver<String> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(TextService.STREAM, CallOptions.DEFAULT),
            new StreamObserver<String>() {
              @Override
              public void onNext(String message) {}

              @Override
              public void onError(Throwable t) {
                end.complete(Status.fromThrowable(t));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
    requests.onNext("item");
    ItemStream.Responder<String> owed = answer.get(120, TimeUnit.SECONDS);
    assertThat(openStreams.count()).isEqualTo(1);

    LongLivedCall<?, ?> call = longLived.get(120, TimeUnit.SECONDS);
    call.end(Status.RESOURCE_EXHAUSTED.withDescription("no room").asRuntimeException());
    call.end(Status.UNAVAILABLE.asRuntimeException());
    assertThat(end.get(120, TimeUnit.SECONDS).getDescription()).isEqualTo("no room");
    assertThat(cancelled.await(120, TimeUnit.SECONDS)).isTrue();
    assertThat(openStreams.count()).isZero();
    assertThat(owed.isCancelled()).isTrue();
    // Ignored: the stream has ended.
    owed.send("answer");
  }
}
