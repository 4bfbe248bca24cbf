package dev.vgg16.serving.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class TelemetryTest {

  private static final String LOOPBACK = "127.0.0.1";

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String scrape(int port) throws Exception {
    URI uri = URI.create("http://%s:%d/metrics".formatted(LOOPBACK, port));
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  @Test
  void portZeroMeasuresNothing() throws Exception {
    try (Telemetry telemetry = Telemetry.prometheus("test", LOOPBACK, 0)) {
      assertThat(telemetry.openTelemetry()).isSameAs(OpenTelemetry.noop());
      telemetry.meter().counterBuilder("cats").build().add(1);
      assertThat(telemetry.grpc()).isNotNull();
    }
  }

  @Test
  void servesWhatWasCounted() throws Exception {
    int port = freePort();
    try (Telemetry telemetry = Telemetry.prometheus("feature-service", LOOPBACK, port)) {
      telemetry.meter().counterBuilder("cats").build().add(3);
      assertThat(scrape(port))
          .containsPattern("(?m)^cats_total\\{.*} 3(\\.0)?$")
          .contains("service_name=\"feature-service\"");
    }
  }

  @Test
  void aTakenPortIsNamedInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> Telemetry.prometheus("test", LOOPBACK, port))
          .isInstanceOf(IOException.class)
          .message()
          .startsWith("can't serve metrics on 127.0.0.1:" + port + ": ")
          .doesNotContain("\n", "null");
    }
  }

  @Test
  void anUnknownHostIsNamedInOneLine() {
    assertThatThrownBy(() -> Telemetry.prometheus("test", "no.such.host.invalid", 9091))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith("can't serve metrics on no.such.host.invalid:9091: ")
        .doesNotContain("\n", "null");
  }

  @Test
  void closingFreesThePort() throws Exception {
    int port = freePort();
    Telemetry.prometheus("test", LOOPBACK, port).close();
    Telemetry second = Telemetry.prometheus("test", LOOPBACK, port);
    second.close();
    second.close();
  }
}
