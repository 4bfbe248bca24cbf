package dev.vgg16.feature.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.security.ServerSecurity;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceImplBase;
import io.opentelemetry.api.OpenTelemetry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {

  private static List<Route> routes(GrpcCalls calls) {
    return List.of(
        Route.get("/open", exchange -> exchange.succeed("1")).withoutToken(),
        Route.get("/text", exchange -> exchange.succeed("\"%s\"".formatted("x".repeat(5000)))),
        Route.get("/large", exchange -> exchange.succeed(text(HttpFixture.MAX_BODY))),
        Route.get(
            "/too-large",
            exchange -> exchange.succeed(text(HttpOptions.BODIES * HttpFixture.MAX_BODY + 1))),
        Route.get("/defect", exchange -> exchange.succeed(List.of("a").get(1))),
        Route.post(
            "/size",
            exchange ->
                exchange.succeed(exchange.body().thenApply(body -> "" + body.bytes().size()))));
  }

  @TempDir private Path folder;

  private static String text(int length) {
    return "x".repeat(length);
  }

  private static HttpFixture server() throws IOException {
    return new HttpFixture(new FeatureServiceImplBase() {}, HttpServerTest::routes);
  }

  private HttpFixture withTokens() throws IOException {
    Path tokens = folder.resolve("tokens");
    Files.writeString(tokens, "call 0123456789abcdef\n");
    return new HttpFixture(
        new FeatureServiceImplBase() {}, HttpServerTest::routes, Optional.of(tokens), List.of());
  }

  private static void assertIsProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(response.body())
        .contains("\"status\":%d,".formatted(status), "\"code\":\"%s\"".formatted(code));
  }

  @Test
  void whatIsNotThereIsAProblem() throws Exception {
    try (HttpFixture server = server()) {
      HttpResponse<String> response = server.send(server.request("/nothing"));
      assertIsProblem(response, 404, "NOT_FOUND");
      assertThat(response.body()).contains("nothing is served at /nothing");
    }
  }

  @Test
  void anotherMethodIsAProblemThatNamesTheRightOne() throws Exception {
    try (HttpFixture server = server()) {
      HttpResponse<String> response = server.send(server.request("/size"));
      assertIsProblem(response, 405, "UNIMPLEMENTED");
      assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }
  }

  @Test
  void aDefectIsHidden() throws Exception {
    try (HttpFixture server = server()) {
      HttpResponse<String> response = server.send(server.request("/defect"));
      assertIsProblem(response, 500, "INTERNAL");
      assertThat(response.body()).doesNotContain("Index");
    }
  }

  @Test
  void aBodyWithinTheLimitIsRead() throws Exception {
    try (HttpFixture server = server()) {
      byte[] body = new byte[HttpFixture.MAX_BODY];
      assertThat(server.send(server.request("/size").POST(BodyPublishers.ofByteArray(body))).body())
          .isEqualTo("" + body.length);
      assertThat(
              server
                  .send(
                      server
                          .request("/size")
                          .POST(BodyPublishers.ofByteArrays(List.of(body, new byte[0]))))
                  .body())
          .as("in chunks")
          .isEqualTo("" + body.length);
    }
  }

  @Test
  void aLargerBodyIsAProblem() throws Exception {
    try (HttpFixture server = server()) {
      byte[] body = new byte[HttpFixture.MAX_BODY + 1];
      assertIsProblem(
          server.send(server.request("/size").POST(BodyPublishers.ofByteArray(body))),
          413,
          "INVALID_ARGUMENT");
    }
  }

  @Test
  void aBodyThatIsLargeOnceItIsInflatedIsAProblem() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(new byte[100 * HttpFixture.MAX_BODY]);
    }
    try (HttpFixture server = server()) {
      assertIsProblem(
          server.send(
              server
                  .request("/size")
                  .header("Content-Encoding", "gzip")
                  .POST(BodyPublishers.ofByteArray(bomb.toByteArray()))),
          413,
          "INVALID_ARGUMENT");
    }
  }

  @Test
  void theMemoryOfAllRequestsTogetherIsBounded() {
    MemoryBudget budget = new MemoryBudget(10);
    MemoryBudget.Reservation one = budget.open();
    MemoryBudget.Reservation other = budget.open();
    assertThat(one.add(6)).isTrue();
    assertThat(other.add(5)).isFalse();
    assertThat(other.add(4)).isTrue();
    one.remove(1);
    assertThat(other.add(1)).isTrue();
    one.release();
    one.release();
    one.remove(5);
    assertThat(one.add(1)).as("after its end").isFalse();
    assertThat(other.add(5)).isTrue();
    assertThat(other.add(1)).isFalse();
  }

  /** Far more than all together may take at a time, one after another. */
  @Test
  void memoryIsReturnedHoweverARequestEnds() throws Exception {
    try (HttpFixture server = server()) {
      byte[] large = new byte[HttpFixture.MAX_BODY];
      for (int i = 0; i < 2 * HttpOptions.BODIES; i++) {
        assertThat(
                server
                    .send(server.request("/size").POST(BodyPublishers.ofByteArray(large)))
                    .statusCode())
            .isEqualTo(200);
        assertThat(
                server
                    .send(
                        server
                            .request("/size")
                            .POST(BodyPublishers.ofByteArrays(List.of(large, new byte[1]))))
                    .statusCode())
            .isEqualTo(413);
        assertThat(server.send(server.request("/large")).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void aResponseLargerThanTheMemoryForItIsAProblem() throws Exception {
    try (HttpFixture server = server()) {
      assertIsProblem(server.send(server.request("/too-large")), 503, "UNAVAILABLE");
    }
  }

  @Test
  void anUnknownEncodingOfTheBodyIsAProblem() throws Exception {
    try (HttpFixture server = server()) {
      assertIsProblem(
          server.send(
              server
                  .request("/size")
                  .header("Content-Encoding", "br")
                  .POST(BodyPublishers.ofString("x"))),
          415,
          "INVALID_ARGUMENT");
    }
  }

  /** A page of another name that resolves to this machine (DNS rebinding). */
  @Test
  void aServerOfThisMachineHasNoOtherName() throws Exception {
    try (HttpFixture server = server();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /open HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n"
                  .getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 421 ")
          .contains("this server is localhost, not example.org");
    }
  }

  @Test
  void aResponseIsCompressedIfTheClientTakesIt() throws Exception {
    try (HttpFixture server = server()) {
      HttpResponse<byte[]> response =
          server.sendForBytes(server.request("/text").header("Accept-Encoding", "gzip"));
      assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
      assertThat(response.body().length).isLessThan(1000);
      assertThat(server.send(server.request("/text")).body()).hasSize(5002);
    }
  }

  @Test
  void aTokenIsNeededWhereTokensAreRequired() throws Exception {
    try (HttpFixture server = withTokens()) {
      HttpResponse<String> refused = server.send(server.request("/text"));
      assertIsProblem(refused, 401, "UNAUTHENTICATED");
      assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
      assertIsProblem(
          server.send(server.request("/text").header("Authorization", "Bearer 0123456789abcdeX")),
          401,
          "UNAUTHENTICATED");
      assertThat(
              server
                  .send(server.request("/text").header("Authorization", "Bearer 0123456789abcdef"))
                  .statusCode())
          .isEqualTo(200);
      assertThat(server.send(server.request("/open")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void pagesOfOtherOriginsMayCallIfTheyAreNamed() throws Exception {
    try (HttpFixture server =
        new HttpFixture(
            new FeatureServiceImplBase() {},
            HttpServerTest::routes,
            Optional.empty(),
            List.of("https://example.org"))) {
      HttpResponse<String> preflight =
          server.send(
              server
                  .request("/size")
                  .header("Origin", "https://example.org")
                  .header("Access-Control-Request-Method", "POST")
                  .header("Access-Control-Request-Headers", "authorization")
                  .method("OPTIONS", BodyPublishers.noBody()));
      assertThat(preflight.statusCode()).isEqualTo(200);
      assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
          .hasValue("https://example.org");
      HttpResponse<String> other =
          server.send(server.request("/open").header("Origin", "https://example.com"));
      assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
    try (HttpFixture server = server()) {
      HttpResponse<String> response =
          server.send(server.request("/open").header("Origin", "https://example.org"));
      assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
          .as("off unless configured")
          .isEmpty();
    }
  }

  @Test
  void aStoppingServerRefusesNewRequests() throws Exception {
    try (HttpFixture server = server()) {
      server.stop();
      assertIsProblem(server.send(server.request("/open")), 503, "UNAVAILABLE");
    }
  }

  @Test
  void aConnectionThatWaitsForItsResponseIsNotIdle() throws Exception {
    CompletableFuture<String> held = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    Endpoint endpoint =
        exchange -> {
          asked.complete(null);
          exchange.succeed(held);
        };
    try (HttpServer server =
        new HttpServer(
            new HttpOptions("127.0.0.1", 0, 1, List.of(), false),
            ServerSecurity.OPEN,
            OpenTelemetry.noop().getMeter("test"),
            // Far longer than a busy machine needs to send a request.
            Duration.ofSeconds(2))) {
      server.start(List.of(Route.get("/held", endpoint)));
      CompletableFuture<HttpResponse<String>> response =
          HttpClient.newHttpClient()
              .sendAsync(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:%d/held".formatted(server.port())))
                      .build(),
                  BodyHandlers.ofString());
      asked.get();
      try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        assertThat(idle.getInputStream().read()).as("is closed when it was idle").isEqualTo(-1);
      }
      held.complete("1");
      assertThat(response.get().body()).isEqualTo("1");
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      HttpServer server =
          new HttpServer(
              new HttpOptions("0.0.0.0", taken.getLocalPort(), 1, List.of(), false),
              ServerSecurity.OPEN,
              OpenTelemetry.noop().getMeter("test"));
      assertThatThrownBy(() -> server.start(List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "can't listen on 0.0.0.0:%d, the HTTP address (--http-port 0: none)"
                  .formatted(taken.getLocalPort()))
          .hasMessageContaining("in use");
    }
  }

  @Test
  void base64IsTakenInEachOfItsForms() {
    ByteString bytes = ByteString.copyFrom(new byte[] {-1, -2, 3, 4});
    for (String text : List.of("//4DBA==", "//4DBA", "__4DBA", "data:image/png;base64,//4DBA==")) {
      assertThat(Base64Text.decode("image", text)).isEqualTo(bytes);
    }
  }
}
