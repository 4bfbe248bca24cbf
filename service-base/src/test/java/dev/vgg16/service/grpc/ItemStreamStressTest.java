package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** With many threads each item has one response, and at most a window of items is in flight. */
class ItemStreamStressTest {

  private static final int ITEMS = 5_000;
  private static final int WINDOW = 7;

  @Test
  void everyItemHasOneResponse() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(4);
    OpenStreams openStreams = new OpenStreams();
    AtomicInteger inFlight = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ItemStream.Handler<String, String> handler =
        (request, answer) -> {
          most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
          workers.execute(
              () -> {
                inFlight.decrementAndGet();
                answer.send(request);
              });
        };
    String name = InProcessServerBuilder.generateName();
    Server server =
        InProcessServerBuilder.forName(name)
            .addService(
                TextService.stream(out -> ItemStream.serve(out, WINDOW, openStreams, handler)))
            .build()
            .start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    try {
      Collector collector = new Collector();
      StreamObserver<String> out =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(TextService.STREAM, CallOptions.DEFAULT), collector);
      for (int i = 0; i < ITEMS; i++) {
        out.onNext(Integer.toString(i));
      }
      out.onCompleted();
      assertThat(collector.end.get(120, TimeUnit.SECONDS))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, ITEMS).mapToObj(Integer::toString).toList());
      assertThat(most.get()).isBetween(1, WINDOW);
      assertThat(openStreams.count()).isZero();
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
      workers.shutdownNow();
    }
  }

  private static final class Collector implements StreamObserver<String> {
    final CompletableFuture<List<String>> end = new CompletableFuture<>();
    private final List<String> answers = new ArrayList<>();

    @Override
    public void onNext(String answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable t) {
      end.completeExceptionally(t);
    }

    @Override
    public void onCompleted() {
      end.complete(answers);
    }
  }
}
