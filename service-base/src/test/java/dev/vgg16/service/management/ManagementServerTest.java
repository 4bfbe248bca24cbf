package dev.vgg16.service.management;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.service.telemetry.Telemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ManagementServerTest {

  private static final String LOOPBACK = "127.0.0.1";

  private final HttpClient client = HttpClient.newHttpClient();
  private final ProcessHealth health = new ProcessHealth();
  private final Telemetry telemetry = Telemetry.prometheus("test");
  private int port;
  private ManagementServer server;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    server = new ManagementServer(new ManagementOptions(LOOPBACK, port), health, telemetry);
  }

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private HttpResponse<String> request(String method, String path) throws Exception {
    URI uri = URI.create("http://%s:%d%s".formatted(LOOPBACK, port, path));
    return client.send(
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return request("GET", path);
  }

  private Socket connect(String begin) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write(begin.getBytes(US_ASCII));
    return socket;
  }

  @Test
  void isReadyWhileTheServiceIs() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    health.readyWhen(() -> true);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body()).isEqualTo("ready\n");
    health.readyWhen(() -> false);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
  }

  @Test
  void isLiveUnlessACheckIsStuck() throws Exception {
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    List<String> stuck = new ArrayList<>();
    health.add(Optional::empty);
    health.add(() -> stuck.stream().findFirst());
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    stuck.add("the queue");
    assertThat(get("/livez").statusCode()).isEqualTo(503);
    assertThat(get("/livez").body()).isEqualTo("stuck: the queue\n");
  }

  @Test
  void servesMetrics() throws Exception {
    telemetry.meter().counterBuilder("cats").build().add(3);
    HttpResponse<String> response = get("/metrics?name[]=cats");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).containsPattern("(?m)^cats_total\\{.*} 3(\\.0)?$");
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics/", "/metric", "/livez/x", "/-/healthy"})
  void otherPathsAreNotFound(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).hasLineCount(1).contains("/livez", "/readyz", "/metrics");
  }

  @Test
  void otherMethodsAreNotAllowed() throws Exception {
    HttpResponse<String> response = request("POST", "/metrics");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("GET, HEAD");
    assertThat(response.body()).hasLineCount(1);
    HttpResponse<String> head = request("HEAD", "/livez");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void malformedHttpIsABadRequest() throws Exception {
    try (Socket socket = connect("\u0016\u0003\u0001 hello\r\n\r\n")) {
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 400 ");
    }
  }

  /** Far more than the limit of connections; each new one closes the oldest. */
  @Test
  void unfinishedRequestsDoNotBlockOthers() throws Exception {
    List<Socket> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        unfinished.add(connect("GET /metrics HTTP/1.1\r\nHost:"));
        assertThat(get("/metrics").statusCode()).isEqualTo(200);
      }
      // The newest connection stays open.
      Socket last = unfinished.get(199);
      last.getOutputStream().write(" here\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(last.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 200 ");
    } finally {
      for (Socket socket : unfinished) {
        socket.close();
      }
    }
  }

  @Test
  void aConnectionServesOneRequest() throws Exception {
    try (Socket socket = connect("GET /livez HTTP/1.1\r\nHost: here\r\n\r\n".repeat(2))) {
      String answers = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(2);
      assertThat(answers.toLowerCase(java.util.Locale.ROOT)).contains("connection: close");
    }
  }

  @Test
  void aTakenPortIsNamedInOneLine() throws Exception {
    assertThatThrownBy(
            () -> new ManagementServer(new ManagementOptions(LOOPBACK, port), health, telemetry))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith("can't listen on 127.0.0.1:" + port + ", the management address: ")
        .doesNotContain("\n", "null");
  }

  @Test
  void anUnknownHostIsNamedInOneLine() {
    ManagementOptions options = new ManagementOptions("no.such.host.invalid", 9091);
    assertThatThrownBy(() -> new ManagementServer(options, health, telemetry))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "can't listen on no.such.host.invalid:9091, the management address: unknown host");
  }

  @Test
  void closingFreesThePort() throws Exception {
    // Once is not enough to meet the moment between the two.
    for (int i = 0; i < 200; i++) {
      server.close();
      server = new ManagementServer(new ManagementOptions(LOOPBACK, port), health, telemetry);
    }
    assertThat(get("/livez").statusCode()).isEqualTo(200);
  }
}
