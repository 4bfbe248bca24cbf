package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.vgg16.service.outcome.ItemOptions;
import dev.vgg16.service.outcome.LoggedEvents;
import dev.vgg16.service.telemetry.Telemetry;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How calls of a server have ended, whoever ended them. */
@Timeout(300)
class RequestLogServerTest {

  private LoggedServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCallIsALine() throws Exception {
    server = LoggedServer.start(LoggedServer.ECHO);
    assertThat(LoggedServer.call(server.with("x-request-id", "r-1"), "hello")).isEqualTo("hello");
    ILoggingEvent line = server.next();
    Map<String, Object> fields = LoggedEvents.fields(line);
    assertThat(fields)
        .containsOnlyKeys(
            "rpc.method",
            "rpc.response.status_code",
            "vgg16.duration_ms",
            "vgg16.request_id",
            "client.address",
            "client.port",
            "user_agent.original")
        .contains(
            entry("rpc.method", "test.Text/Unary"),
            entry("rpc.response.status_code", "OK"),
            entry("vgg16.request_id", "r-1"),
            entry("client.address", "127.0.0.1"));
    assertThat((int) fields.get("client.port")).isPositive();
    assertThat(line.getFormattedMessage())
        .startsWith("test.Text/Unary of /127.0.0.1:" + fields.get("client.port") + ": OK, ")
        .contains(", request 'r-1', agent 'grpc-java-netty/");
  }

  @Test
  void anUnknownMethodIsLogged() throws Exception {
    server = LoggedServer.start(LoggedServer.ECHO);
    MethodDescriptor<String, String> method =
        TextService.UNARY.toBuilder().setFullMethodName("no.Such/Method'").build();
    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    server.channel(), method, CallOptions.DEFAULT, "hello"))
        .hasMessageStartingWith("UNIMPLEMENTED");
    assertThat(server.nextFields())
        .contains(
            entry("rpc.method", "no.Such/Method_"),
            entry("rpc.response.status_code", "UNIMPLEMENTED"))
        .doesNotContainKey("client.address");
  }

  @Test
  void aMessageOverTheLimitIsLogged() throws Exception {
    server = LoggedServer.start(LoggedServer.ECHO);
    LoggedServer.fail(
        server.channel(), "x".repeat(LoggedServer.MAX_MESSAGE + 1), Code.RESOURCE_EXHAUSTED);
    assertThat(server.nextFields())
        .contains(
            entry("rpc.response.status_code", "RESOURCE_EXHAUSTED"),
            entry("client.address", "127.0.0.1"));
  }

  @Test
  void aCancelledCallIsLogged() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    server = LoggedServer.start(TextService.unary((request, out) -> arrived.countDown()));
    ClientCall<String, String> call =
        server.channel().newCall(TextService.UNARY, CallOptions.DEFAULT);
    ClientCalls.asyncUnaryCall(call, "hello", new Ignored<>());
    arrived.await();
    call.cancel("the user left", null);
    assertThat(server.nextFields()).containsEntry("rpc.response.status_code", "CANCELLED");
  }

  @Test
  void anExpiredDeadlineIsLogged() throws Exception {
    server = LoggedServer.start(TextService.unary((request, out) -> {}));
    // 1 ms, which only the server knows.
    Channel impatient = server.with("grpc-timeout", "1m");
    ClientCalls.asyncUnaryCall(
        impatient.newCall(TextService.UNARY, CallOptions.DEFAULT), "hello", new Ignored<>());
    assertThat(server.nextFields()).containsEntry("rpc.response.status_code", "DEADLINE_EXCEEDED");
  }

  @Test
  void theItemsOfAStreamAreCounted() throws Exception {
    Telemetry telemetry = Telemetry.none();
    server = LoggedServer.start(new ItemOptions(false).watch(new OddItems(), telemetry.meter()));
    CountDownLatch end = new CountDownLatch(1);
    StreamObserver<ExtractStreamRequest> requests =
        FeatureServiceGrpc.newStub(server.channel())
            .extractStream(
                new Ignored<>() {
                  @Override
                  public void onCompleted() {
                    end.countDown();
                  }
                });
    for (int i = 0; i < 5; i++) {
      requests.onNext(ExtractStreamRequest.newBuilder().setId("" + i).build());
    }
    requests.onCompleted();
    end.await();
    ILoggingEvent line = server.next();
    assertThat(LoggedEvents.fields(line))
        .contains(
            entry("rpc.method", "vgg16.v1.FeatureService/ExtractStream"),
            entry("rpc.response.status_code", "OK"),
            entry("vgg16.items.ok", 3),
            entry("vgg16.items.failed", 2));
    assertThat(line.getFormattedMessage()).contains(" ms, 3 items ok, 2 failed, ");
  }

  @Test
  void nothingIsLoggedWhenItIsOff() throws Exception {
    server = LoggedServer.start(false, Optional.empty(), LoggedServer.ECHO);
    LoggedServer.call(server.channel(), "hello");
    server.stop();
    assertThat(server.others()).isEmpty();
  }

  /** Items with an odd id fail. */
  private static final class OddItems extends FeatureServiceGrpc.FeatureServiceImplBase {
    @Override
    public StreamObserver<ExtractStreamRequest> extractStream(
        StreamObserver<ExtractStreamResponse> out) {
      return new Ignored<>() {
        @Override
        public void onNext(ExtractStreamRequest item) {
          ExtractStreamResponse.Builder answer =
              ExtractStreamResponse.newBuilder().setId(item.getId());
          if (Integer.parseInt(item.getId()) % 2 == 0) {
            answer.setResponse(ExtractResponse.getDefaultInstance());
          } else {
            answer.setError(com.google.rpc.Status.newBuilder().setCode(3));
          }
          out.onNext(answer.build());
        }

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }
  }

  private static class Ignored<T> implements StreamObserver<T> {
    @Override
    public void onNext(T message) {}

    @Override
    public void onError(Throwable t) {}

    @Override
    public void onCompleted() {}
  }
}
