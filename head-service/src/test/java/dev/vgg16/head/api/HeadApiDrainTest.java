package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.telemetry.Telemetry;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service is asked to stop in the middle of a run. */
@Timeout(300)
class HeadApiDrainTest {

  private final CountDownLatch inARun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);

  @Test
  void anItemInFlightIsAnsweredBeforeTheStreamEnds() throws Exception {
    BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    try (HeadRegistry registry = TinyHeads.load()) {
      GrpcServer server = server(registry);
      server.start();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      try {
        HeadServiceGrpc.newStub(channel).scoreStream(new RecordedStream<>(events)).onNext(item());
        assertThat(inARun.await(120, TimeUnit.SECONDS)).isTrue();
        Thread stop = new Thread(server::stop, "stop");
        stop.start();
        awaitRefusal(server.port());
        assertThat(events).isEmpty();
        mayEnd.countDown();
        ScoreStreamResponse answer = (ScoreStreamResponse) events.poll(120, TimeUnit.SECONDS);
        assertThat(answer.getId()).isEqualTo("in flight");
        assertThat(answer.getResponse().getMaps(0).hasScores()).isTrue();
        assertThat(Status.fromThrowable((Throwable) events.poll(120, TimeUnit.SECONDS)).getCode())
            .isEqualTo(Status.Code.UNAVAILABLE);
        stop.join();
      } finally {
        mayEnd.countDown();
        channel.shutdownNow();
        server.stop();
      }
    }
  }

  private GrpcServer server(HeadRegistry registry) {
    OpenStreams openStreams = new OpenStreams();
    BatchScorer scorer = new BatchScorer((head, maps, nanos) -> hold(), 8);
    return new GrpcServer(
        new GrpcServerOptions("127.0.0.1", 0, 1 << 20, 2, Duration.ZERO, Duration.ofSeconds(20)),
        openStreams,
        Telemetry.none().grpc(),
        List.of(
            new HeadApi(
                registry,
                scorer,
                8,
                openStreams,
                new ProgressReports(),
                new ModelLoading(),
                4,
                MapTracing.OFF,
                DriftReports.NONE,
                AnswerListener.NONE)));
  }

  private void hold() {
    inARun.countDown();
    Uninterruptibles.awaitUninterruptibly(mayEnd);
  }

  /** Returns when the server has begun to stop: it takes no connections then. */
  private static void awaitRefusal(int port) {
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
      } catch (IOException e) {
        return;
      }
    }
  }

  private static ScoreStreamRequest item() {
    return ScoreStreamRequest.newBuilder()
        .setId("in flight")
        .setRequest(ScoreRequest.newBuilder().setMaps(TinyHeads.maps(1)))
        .build();
  }
}
