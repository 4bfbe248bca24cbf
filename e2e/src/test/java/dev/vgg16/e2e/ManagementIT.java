package dev.vgg16.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The probes of a platform to a service with mutual TLS. */
@Timeout(300)
class ManagementIT {

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private int port;
  private Program head;

  @BeforeEach
  void start() throws Exception {
    HeldCertificate root =
        new HeldCertificate.Builder().commonName("ours").certificateAuthority(0).build();
    HeldCertificate own =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").signedBy(root).build();
    int[] ports = Services.freePorts(2);
    port = ports[1];
    head =
        Program.start(
            environment(),
            "head-service",
            "--port",
            "" + ports[0],
            "--tls-cert",
            write("head.pem", own.certificatePem()),
            "--tls-key",
            write("head.key", own.privateKeyPkcs8Pem()),
            "--tls-client-ca",
            write("root.pem", root.certificatePem()));
    while (checkReady().exitCode() != 0) {
      assertThat(head.isRunning()).as(head.err()).isTrue();
    }
  }

  @AfterEach
  void stop() {
    head.close();
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private Map<String, String> environment() {
    return Map.of("HEAD_SERVICE_MANAGEMENT_PORT", "" + port);
  }

  private Program.Result checkReady() throws Exception {
    return Program.run(environment(), "check-ready", "head-service");
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://localhost:%d%s".formatted(port, path));
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void needsNoCertificateToBeAsked() throws Exception {
    assertThat(checkReady()).isEqualTo(new Program.Result(0, "", ""));
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/metrics").body())
        .contains(
            "vgg16_tls_certificate_expiry_seconds", "vgg16_items_total", "vgg16_heads_loaded");
    assertThat(get("/metric").statusCode()).isEqualTo(404);
  }

  @Test
  void unfinishedRequestsHoldUpNobody() throws Exception {
    List<Socket> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        unfinished.add(socket);
        socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(US_ASCII));
      }
      assertThat(get("/metrics").statusCode()).isEqualTo(200);
      assertThat(checkReady().exitCode()).isZero();
    } finally {
      for (Socket socket : unfinished) {
        socket.close();
      }
    }
  }

  @Test
  void whatIsNotThereIsNotReady() throws Exception {
    head.terminate();
    assertThat(head.await().exitCode()).isZero();
    Program.Result result = checkReady();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).isEqualTo("check-ready: nothing listens on 127.0.0.1:" + port + "\n");
  }
}
