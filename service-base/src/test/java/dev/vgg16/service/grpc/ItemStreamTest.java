package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.service.grpc.ItemStream.Responder;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Client and server share the test's thread, so that all has happened when a call returns. */
class ItemStreamTest {

  private static final int WINDOW = 3;
  private static final int ALL = Integer.MAX_VALUE;

  private final OpenStreams openStreams = new OpenStreams();
  private final Map<String, Responder<String>> taken = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private int cancelled;
  private ItemStream.Handler<String, String> handler = taken::put;
  private Server server;
  private ManagedChannel channel;
  private ItemStream<String, String> stream;

  @BeforeEach
  void start() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(TextService.stream(this::serve))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private ItemStream<String, String> serve(StreamObserver<String> out) {
    stream = ItemStream.serve(out, WINDOW, openStreams, new Handler());
    return stream;
  }

  private final class Handler implements ItemStream.Handler<String, String> {

    @Override
    public void handle(String request, Responder<String> answer) {
      handler.handle(request, answer);
    }

    @Override
    public void drop(String request) {
      dropped.add(request);
    }

    @Override
    public void cancelled() {
      cancelled++;
    }
  }

  /** A client that reads responses on request. */
  private final class Client implements ClientResponseObserver<String, String> {
    final List<String> answers = new ArrayList<>();
    ClientCallStreamObserver<String> out;
    Status end;

    Client(int reads) {
      ClientCalls.asyncBidiStreamingCall(
          channel.newCall(TextService.STREAM, CallOptions.DEFAULT), this);
      if (reads > 0) {
        out.request(reads);
      }
    }

    void send(String... requests) {
      for (String request : requests) {
        out.onNext(request);
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<String> call) {
      out = call;
      call.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(String answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable t) {
      end = Status.fromThrowable(t);
    }

    @Override
    public void onCompleted() {
      end = Status.OK;
    }
  }

  private void answer(String request) {
    taken.get(request).send("answer to " + request);
  }

  @Test
  void acceptsNoMoreItemsThanTheWindow() {
    Client client = new Client(ALL);
    client.send("a", "b", "c", "d", "e");
    assertThat(taken).containsOnlyKeys("a", "b", "c");
    answer("b");
    assertThat(taken).containsOnlyKeys("a", "b", "c", "d");
    answer("a");
    assertThat(taken).containsOnlyKeys("a", "b", "c", "d", "e");
  }

  @Test
  void sendIfIdleSendsOnlyOnAnIdleStream() {
    Client client = new Client(ALL);
    client.send("a", "b");
    assertThat(stream.sendIfIdle("alive")).isTrue();
    assertThat(client.answers).isEmpty();
    stream.sendIfIdle("alive");
    assertThat(client.answers).containsExactly("alive");
    answer("a");
    stream.sendIfIdle("alive");
    answer("b");
    assertThat(client.answers).containsExactly("alive", "answer to a", "answer to b");
    client.out.onCompleted();
    assertThat(stream.sendIfIdle("alive")).isFalse();
    assertThat(client.answers).hasSize(3);
    assertThat(client.end).isEqualTo(Status.OK);
  }

  @Test
  void sendIfIdleSkipsAClientThatDoesNotRead() {
    Client client = new Client(0);
    client.send("a");
    for (int i = 0; i < 3; i++) {
      stream.sendIfIdle("x".repeat(1 << 20));
    }
    client.out.request(ALL);
    assertThat(client.answers).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void respondsInAnyOrder() {
    Client client = new Client(ALL);
    client.send("a", "b", "c");
    answer("c");
    answer("a");
    answer("b");
    assertThat(client.answers).containsExactly("answer to c", "answer to a", "answer to b");
    assertThat(client.end).isNull();
  }

  @Test
  void anItemHasOneResponse() {
    Client client = new Client(ALL);
    client.send("a", "b", "c", "d");
    answer("a");
    answer("a");
    assertThat(client.answers).containsExactly("answer to a");
    client.send("e");
    assertThat(taken).containsOnlyKeys("a", "b", "c", "d");
  }

  @Test
  void completesAfterHalfCloseAndAllResponses() {
    Client client = new Client(ALL);
    client.send("a", "b");
    client.out.onCompleted();
    answer("b");
    assertThat(client.end).isNull();
    assertThat(openStreams.count()).isEqualTo(1);
    answer("a");
    assertThat(client.end.getCode()).isEqualTo(Code.OK);
    assertThat(client.answers).hasSize(2);
    assertThat(openStreams.count()).isZero();
  }

  @Test
  void itemsBehindTheWindowAreServedBeforeCompletion() {
    Client client = new Client(ALL);
    client.send("a", "b", "c", "d", "e");
    client.out.onCompleted();
    for (String request : List.of("a", "b", "c", "d")) {
      answer(request);
      assertThat(client.end).isNull();
    }
    answer("e");
    assertThat(client.end.getCode()).isEqualTo(Code.OK);
    assertThat(client.answers).hasSize(5);
  }

  @Test
  void anEmptyStreamCompletesAtOnce() {
    Client client = new Client(ALL);
    client.out.onCompleted();
    assertThat(client.end.getCode()).isEqualTo(Code.OK);
  }

  @Test
  void drainServesAcceptedItemsAndEndsUnavailable() {
    Client client = new Client(ALL);
    client.send("a", "b");
    openStreams.drain();
    assertThat(client.end).isNull();
    answer("a");
    assertThat(client.end).isNull();
    answer("b");
    assertThat(client.answers).hasSize(2);
    assertThat(client.end.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(client.end.getDescription()).startsWith("the service is stopping: ");
    assertThat(openStreams.count()).isZero();
  }

  @Test
  void theFirstReasonOfADrainIsTold() {
    Client client = new Client(ALL);
    client.send("a");
    stream.drain("it is old");
    openStreams.drain();
    assertThat(client.end).isNull();
    answer("a");
    assertThat(client.end.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(client.end.getDescription()).isEqualTo("it is old");
  }

  @Test
  void drainAcceptsNoMoreRequestedItems() {
    Client client = new Client(ALL);
    client.send("a");
    openStreams.drain();
    client.send("b", "c");
    assertThat(taken).containsOnlyKeys("a");
    assertThat(dropped).containsExactly("b", "c");
    answer("a");
    assertThat(client.answers).containsExactly("answer to a");
    assertThat(client.end.getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void aStreamWithRefusedItemsEndsUnavailable() {
    Client client = new Client(ALL);
    client.send("a");
    openStreams.drain();
    client.send("b");
    client.out.onCompleted();
    answer("a");
    assertThat(client.end.getCode()).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void aHalfClosedStreamCompletesDespiteDrain() {
    Client client = new Client(ALL);
    client.send("a");
    openStreams.drain();
    client.out.onCompleted();
    answer("a");
    assertThat(client.end.getCode()).isEqualTo(Code.OK);
  }

  @Test
  void drainEndsAnIdleStream() {
    Client client = new Client(ALL);
    openStreams.drain();
    openStreams.drain();
    assertThat(client.end.getCode()).isEqualTo(Code.UNAVAILABLE);
    client.send("late");
    assertThat(taken).isEmpty();
  }

  @Test
  void aStreamOpenedAfterDrainEndsAtOnce() {
    openStreams.drain();
    Client client = new Client(ALL);
    assertThat(client.end.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(openStreams.count()).isZero();
  }

  @Test
  void aCancelledStreamIgnoresResponses() {
    Client client = new Client(ALL);
    client.send("a", "b");
    assertThat(taken.get("a").isCancelled()).isFalse();
    client.out.cancel("enough", null);
    assertThat(taken.get("a").isCancelled()).isTrue();
    assertThat(openStreams.count()).isZero();
    answer("a");
    answer("b");
    openStreams.drain();
    assertThat(client.answers).isEmpty();
    assertThat(client.end.getCode()).isEqualTo(Code.CANCELLED);
  }

  @Test
  void requestsNoItemsFromAClientThatDoesNotRead() {
    Client client = new Client(0);
    client.send("a", "b", "c", "d", "e", "f");
    assertThat(taken).containsOnlyKeys("a");
    answer("a");
    assertThat(taken).containsOnlyKeys("a");
    // Reads the response, so that there is room for another.
    client.out.request(2);
    assertThat(client.answers).hasSize(1);
    assertThat(taken).hasSize(1 + WINDOW);
  }

  @Test
  void aClientThatDoesNotReadBlocksNoOther() {
    Client sleeping = new Client(0);
    sleeping.send("a", "b", "c", "d");
    answer("a");
    Client awake = new Client(ALL);
    awake.send("x");
    answer("x");
    assertThat(awake.answers).containsExactly("answer to x");
  }

  @Test
  void itemsAfterTheEndAreDropped() {
    Client client = new Client(ALL);
    client.send("first");
    handler =
        (request, answer) -> {
          client.send("late");
          throw new IllegalStateException("broken");
        };
    client.send("a");
    assertThat(client.end.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(dropped).containsExactly("late");
  }

  @Test
  void aThrowingHandlerEndsOnlyItsStream() {
    handler =
        (request, answer) -> {
          taken.put(request, answer);
          if (request.equals("bad")) {
            throw new IllegalStateException("password=secret");
          }
        };
    Client client = new Client(ALL);
    Client other = new Client(ALL);
    client.send("a", "bad");
    assertThat(client.end.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(client.end.getDescription()).doesNotContain("secret");
    // It was handled.
    assertThat(dropped).isEmpty();
    assertThat(taken.get("a").isCancelled()).isTrue();
    answer("a");
    assertThat(client.answers).isEmpty();
    assertThat(openStreams.count()).isEqualTo(1);
    other.send("b");
    answer("b");
    assertThat(other.answers).containsExactly("answer to b");
  }

  @Test
  void requestsNoItemsWhilePaused() {
    handler =
        (request, answer) -> {
          taken.put(request, answer);
          if (request.equals("a")) {
            answer.pause();
            answer.pause();
          }
        };
    Client client = new Client(ALL);
    client.send("x");
    answer("x");
    // One more was requested before that.
    client.send("a", "b", "c", "d", "e");
    answer("b");
    assertThat(taken).containsOnlyKeys("x", "a", "b");
    taken.get("a").resume();
    assertThat(taken).containsOnlyKeys("x", "a", "b", "c", "d");
  }

  /** While items are paused, no other is requested in advance. */
  @Test
  void aResponseResumes() {
    handler =
        (request, answer) -> {
          taken.put(request, answer);
          answer.pause();
        };
    Client client = new Client(ALL);
    client.send("a", "b", "c", "d");
    assertThat(taken).containsOnlyKeys("a");
    answer("a");
    assertThat(taken).containsOnlyKeys("a", "b");
    taken.get("b").resume();
    assertThat(taken).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void pauseAfterResumeHasNoEffect() {
    handler =
        (request, answer) -> {
          taken.put(request, answer);
          answer.resume();
          answer.pause();
        };
    Client client = new Client(ALL);
    client.send("a", "b", "c", "d");
    answer("a");
    assertThat(taken).containsOnlyKeys("a", "b", "c", "d");
  }

  @Test
  void aCancelledStreamNotifiesItsHandlerOnce() {
    Client client = new Client(ALL);
    client.send("a");
    client.out.cancel("enough", null);
    assertThat(cancelled).isEqualTo(1);
    Client other = new Client(ALL);
    other.out.onCompleted();
    assertThat(other.end.getCode()).isEqualTo(Code.OK);
    assertThat(cancelled).isEqualTo(1);
  }
}
