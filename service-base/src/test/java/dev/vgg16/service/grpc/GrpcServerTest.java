package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.telemetry.Telemetry;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server on a loopback port. */
class GrpcServerTest {

  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration FOREVER = Duration.ofHours(1);
  private static final BindableService ECHO =
      TextService.unary(
          (request, out) -> {
            out.onNext(request);
            out.onCompleted();
          });

  private final OpenStreams openStreams = new OpenStreams();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private GrpcServer server;

  @AfterEach
  void stopAll() {
    channels.forEach(ManagedChannel::shutdownNow);
    if (server != null) {
      server.stop();
    }
  }

  private static GrpcServerOptions options(String host, int port, Duration grace) {
    return new GrpcServerOptions(host, port, 1 << 20, 2, Duration.ZERO, grace);
  }

  private GrpcServer newServer(GrpcServerOptions options, BindableService service) {
    return new GrpcServer(options, openStreams, Telemetry.none().grpc(), List.of(service));
  }

  private void start(BindableService service, Duration grace) throws IOException {
    server = newServer(options(LOOPBACK, 0, grace), service);
    server.start();
  }

  private ManagedChannel channel() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(LOOPBACK, server.port()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private static ServingStatus health(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static String call(ManagedChannel channel, String request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        TextService.UNARY,
        CallOptions.DEFAULT.withDeadlineAfter(120, TimeUnit.SECONDS),
        request);
  }

  private Thread stopInBackground() {
    Thread stop = new Thread(server::stop, "stop");
    stop.start();
    return stop;
  }

  @Test
  void isNotServingUntilWarmUpEnds() throws Exception {
    start(ECHO, FOREVER);
    ManagedChannel channel = channel();
    for (String service : List.of("", TextService.NAME)) {
      assertThat(health(channel, service)).isEqualTo(ServingStatus.NOT_SERVING);
    }
    server.serving();
    for (String service : List.of("", TextService.NAME)) {
      assertThat(health(channel, service)).isEqualTo(ServingStatus.SERVING);
    }
    assertThatThrownBy(() -> health(channel, "no.such.Service"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.NOT_FOUND));
    assertThat(call(channel, "hello")).isEqualTo("hello");
  }

  @Test
  void reflectionListsTheServices() throws Exception {
    // A service with a description, which the text service lacks.
    start(new ChannelzGrpc.ChannelzImplBase() {}, FOREVER);
    Recorder<ServerReflectionResponse> recorder = new Recorder<>();
    StreamObserver<ServerReflectionRequest> out =
        ServerReflectionGrpc.newStub(channel()).serverReflectionInfo(recorder);
    out.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(recorder.next().getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(ChannelzGrpc.SERVICE_NAME, HealthGrpc.SERVICE_NAME);
    out.onCompleted();
  }

  @Test
  void aTakenPortIsNamedInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      GrpcServer second = newServer(options(LOOPBACK, taken.getLocalPort(), FOREVER), ECHO);
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .message()
          .startsWith("can't listen on 127.0.0.1:" + taken.getLocalPort() + ": ")
          .contains("in use")
          .doesNotContain("\n");
      second.stop();
    }
  }

  @Test
  void anUnknownHostIsNamedInOneLine() {
    GrpcServer nowhere = newServer(options("no.such.host.invalid", 50_051, FOREVER), ECHO);
    assertThatThrownBy(nowhere::start)
        .isInstanceOf(IOException.class)
        .message()
        .startsWith("can't listen on no.such.host.invalid:50051: ")
        .doesNotContain("\n", "null");
    nowhere.stop();
  }

  @Test
  void stopsWithoutHavingStarted() {
    newServer(options(LOOPBACK, 0, FOREVER), ECHO).stop();
  }

  @Test
  void stopWaitsForARunningCallAndRefusesNewOnes() throws Exception {
    BlockingQueue<StreamObserver<String>> running = new LinkedBlockingQueue<>();
    start(TextService.unary((request, out) -> running.add(out)), FOREVER);
    server.serving();
    ManagedChannel channel = channel();
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(() -> call(channel, "slow one"));
    StreamObserver<String> call = running.take();
    Recorder<HealthCheckResponse> health = watchHealth(channel());
    assertThat(health.next().getStatus()).isEqualTo(ServingStatus.SERVING);

    Thread stop = stopInBackground();
    assertThat(health.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    // The watch ends once new calls are refused.
    assertThat(health.end.get(120, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
    StatusRuntimeException refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> call(channel(), "late"));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(stop.isAlive()).isTrue();
    assertThat(answer).isNotDone();

    call.onNext("here it is");
    call.onCompleted();
    assertThat(answer.get(120, TimeUnit.SECONDS)).isEqualTo("here it is");
    stop.join();
  }

  @Test
  void stopDoesNotWaitForHealthWatchesOrReflection() throws Exception {
    start(ECHO, FOREVER);
    Recorder<HealthCheckResponse> health = watchHealth(channel());
    health.next();
    Recorder<ServerReflectionResponse> reflection = new Recorder<>();
    StreamObserver<ServerReflectionRequest> out =
        ServerReflectionGrpc.newStub(channel()).serverReflectionInfo(reflection);
    out.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    reflection.next();
    server.stop();
    assertThat(health.end.get(120, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
    assertThat(reflection.end.get(120, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void stopAsksStreamsToEnd() throws Exception {
    start(
        TextService.stream(
            out -> ItemStream.serve(out, 4, openStreams, (request, answer) -> answer.send("ok"))),
        FOREVER);
    Recorder<String> recorder = new Recorder<>();
    StreamObserver<String> out =
        ClientCalls.asyncBidiStreamingCall(
            channel().newCall(TextService.STREAM, CallOptions.DEFAULT), recorder);
    out.onNext("item");
    assertThat(recorder.next()).isEqualTo("ok");
    server.stop();
    assertThat(recorder.end.get(120, TimeUnit.SECONDS)).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void callsAreTerminatedAfterTheGracePeriod() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    start(TextService.unary((request, out) -> running.countDown()), Duration.ZERO);
    ManagedChannel channel = channel();
    Recorder<String> recorder = new Recorder<>();
    ClientCalls.asyncUnaryCall(
        channel.newCall(TextService.UNARY, CallOptions.DEFAULT), "never answered", recorder);
    running.await();
    server.stop();
    assertThat(recorder.end.get(120, TimeUnit.SECONDS)).isNotEqualTo(Code.OK);
  }

  @Test
  void aMessageOverTheLimitFailsOnlyItsCall() throws Exception {
    start(ECHO, FOREVER);
    ManagedChannel channel = channel();
    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> call(channel, "x".repeat((1 << 20) + 1)));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(call(channel, "small")).isEqualTo("small");
  }

  @Test
  void aStatusWithALongMessageArrives() throws Exception {
    start(
        TextService.unary(
            (request, out) ->
                out.onError(
                    Statuses.toException(
                        ServingException.invalidInput("heads", "猫".repeat(100_000))))),
        FOREVER);
    ManagedChannel channel = channel();
    StatusRuntimeException e =
        catchThrowableOfType(StatusRuntimeException.class, () -> call(channel, "x"));
    assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(e.getStatus().getDescription()).startsWith("heads: 猫猫");
  }

  private static Recorder<HealthCheckResponse> watchHealth(ManagedChannel channel) {
    Recorder<HealthCheckResponse> recorder = new Recorder<>();
    HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), recorder);
    return recorder;
  }

  /** Records the messages and the end of a call. */
  private static final class Recorder<R> implements StreamObserver<R> {
    final CompletableFuture<Code> end = new CompletableFuture<>();
    private final BlockingQueue<R> messages = new LinkedBlockingQueue<>();

    R next() throws InterruptedException {
      R message = messages.poll(120, TimeUnit.SECONDS);
      assertThat(message).as("no message came").isNotNull();
      return message;
    }

    @Override
    public void onNext(R message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable t) {
      end.complete(io.grpc.Status.fromThrowable(t).getCode());
    }

    @Override
    public void onCompleted() {
      end.complete(Code.OK);
    }
  }
}
