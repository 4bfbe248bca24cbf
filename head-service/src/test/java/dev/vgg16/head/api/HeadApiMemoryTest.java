package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.head.wire.FakeReceiveStream;
import dev.vgg16.head.wire.FakeReceiveStream.Memory;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.telemetry.Telemetry;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each message's memory is freed once. Client and server share the test's thread. */
class HeadApiMemoryTest {

  private final HeadRegistry registry = TinyHeads.load();
  private final BatchScorer scorer = new BatchScorer(this::scored, 8);
  private final OpenStreams openStreams = new OpenStreams();
  private final Memory memory = new Memory();
  private final LinkedBlockingQueue<Object> answers = new LinkedBlockingQueue<>();
  private ScoreListener listener = ScoreListener.NONE;
  private Server server;
  private ManagedChannel channel;
  private StreamObserver<byte[]> requests;

  /** Sends bytes that the server receives as from a socket. */
  private final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] bytes) {
      return new FakeReceiveStream(
          List.of(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()), memory);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new UnsupportedOperationException();
    }
  }

  private void scored(HeadManifest head, int maps, long nanos) {
    listener.scored(head, maps, nanos);
  }

  @BeforeEach
  void start() throws IOException {
    String name = InProcessServerBuilder.generateName();
    HeadApi api =
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
            AnswerListener.NONE);
    server = InProcessServerBuilder.forName(name).directExecutor().addService(api).build().start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    MethodDescriptor<byte[], ScoreStreamResponse> method =
        HeadServiceGrpc.getScoreStreamMethod().toBuilder(
                new Bytes(), HeadServiceGrpc.getScoreStreamMethod().getResponseMarshaller())
            .build();
    requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method, CallOptions.DEFAULT), new RecordedStream<>(answers));
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    scorer.close();
    registry.close();
  }

  @Test
  void afterTheScoringAndNotBefore() {
    listener = (head, maps, nanos) -> assertThat(memory.frees()).isZero();
    requests.onNext(message(TinyHeads.maps(1, 2)));
    assertThat(((ScoreStreamResponse) answers.remove()).getResponse().getMapsCount()).isEqualTo(2);
    assertThat(memory.frees()).isEqualTo(1);
  }

  @Test
  void ofAnItemThatCanNotBeScored() {
    requests.onNext(message(TinyHeads.maps(1).toBuilder().setCount(7).build()));
    assertThat(((ScoreStreamResponse) answers.remove()).hasError()).isTrue();
    assertThat(memory.frees()).isEqualTo(1);
  }

  @Test
  void ofAnItemThatIsRefusedDuringTheDrain() {
    // The drain comes in the middle of the first item, when the second was already sent.
    listener =
        (head, maps, nanos) -> {
          drain();
          requests.onNext(message(TinyHeads.maps(2)));
        };
    requests.onNext(message(TinyHeads.maps(1)));
    assertThat(((ScoreStreamResponse) answers.remove()).hasResponse()).isTrue();
    assertThat(Status.fromThrowable((Throwable) answers.remove()).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(memory.frees()).isEqualTo(2);
  }

  @Test
  void ofAMalformedMessage() {
    requests.onNext(new byte[] {0x12, 0x7F});
    assertThat(((ScoreStreamResponse) answers.remove()).getError().getMessage())
        .startsWith("request: can't be parsed as vgg16.v1.ScoreStreamRequest: ");
    assertThat(memory.frees()).isEqualTo(1);
  }

  /** As when a server stops. */
  private void drain() {
    new GrpcServer(
            new GrpcServerOptions("127.0.0.1", 0, 1, 1, Duration.ZERO, Duration.ZERO),
            openStreams,
            Telemetry.none().grpc(),
            List.of())
        .stop();
  }

  private static byte[] message(FeatureMaps maps) {
    return ScoreStreamRequest.newBuilder()
        .setId("1")
        .setRequest(ScoreRequest.newBuilder().setMaps(maps))
        .build()
        .toByteArray();
  }
}
