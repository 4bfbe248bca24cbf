package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.google.common.hash.Hashing;
import dev.vgg16.service.outcome.LoggedEvents;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the lines of calls say of tokens, and which calls have none. */
@Timeout(300)
class RequestLogTokenTest {

  private static final String TOKEN = "secret-0123456789";

  @TempDir private Path folder;

  private LoggedServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  private void startWithToken() throws IOException {
    Path tokens = Files.writeString(folder.resolve("tokens"), "call " + TOKEN + "\n");
    server = LoggedServer.start(true, Optional.of(tokens), LoggedServer.ECHO);
  }

  @Test
  void probesAreNotLogged() throws Exception {
    server = LoggedServer.start(LoggedServer.ECHO);
    var unused =
        HealthGrpc.newBlockingStub(server.channel()).check(HealthCheckRequest.getDefaultInstance());
    reflect();
    LoggedServer.call(server.channel(), "hello");
    assertThat(server.nextFields()).containsEntry("rpc.method", "test.Text/Unary");
    assertThat(server.others()).isEmpty();
  }

  @Test
  void refusedTokensAreLoggedAndNotTold() throws Exception {
    startWithToken();
    LoggedServer.fail(server.channel(), "hello", Code.UNAUTHENTICATED);
    assertThat(server.nextFields())
        .contains(
            entry("rpc.response.status_code", "UNAUTHENTICATED"),
            entry("client.address", "127.0.0.1"),
            entry(
                "error.message",
                "a token is needed: send the metadata authorization: Bearer TOKEN"));
    LoggedServer.fail(
        server.with("authorization", "Bearer another-0123456789"), "hello", Code.UNAUTHENTICATED);
    ILoggingEvent wrong = server.next();
    assertThat(LoggedEvents.fields(wrong))
        .containsEntry("error.message", "the token is not one of this service's")
        .doesNotContainKey("vgg16.token");
    assertThat(wrong.getFormattedMessage() + wrong.getKeyValuePairs()).doesNotContain("another");
  }

  @Test
  void reflectionWithoutATokenIsLogged() throws Exception {
    startWithToken();
    assertThat(reflect()).isFalse();
    assertThat(server.nextFields())
        .contains(
            entry("rpc.method", "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
            entry("rpc.response.status_code", "UNAUTHENTICATED"));
  }

  @Test
  void aTokenIsNamedAndNotTold() throws Exception {
    startWithToken();
    LoggedServer.call(server.with("authorization", "Bearer " + TOKEN), "hello");
    ILoggingEvent line = server.next();
    String name =
        Hashing.sha256().hashString(TOKEN, StandardCharsets.UTF_8).toString().substring(0, 8);
    assertThat(LoggedEvents.fields(line)).containsEntry("vgg16.token", name);
    assertThat(line.getFormattedMessage()).contains(", token '" + name + "'");
    assertThat(line.getFormattedMessage() + line.getKeyValuePairs()).doesNotContain(TOKEN);
  }

  /** Waits for the stream's end, and returns whether it was answered. */
  private boolean reflect() throws InterruptedException {
    BlockingQueue<Boolean> answered = new LinkedBlockingQueue<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(server.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {}

                  @Override
                  public void onError(Throwable t) {
                    answered.add(false);
                  }

                  @Override
                  public void onCompleted() {
                    answered.add(true);
                  }
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onCompleted();
    return answered.take();
  }
}
