package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A log whose reader hangs, such as a log collector. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class StalledLogIT {

  /** More lines than are buffered in memory. */
  private static final int BAD_ITEMS = 3_000;

  @TempDir private Path folder;

  private UnreadLog log;
  private Program feature;
  private ServiceConnection connection;
  private int managementPort;

  @BeforeEach
  void start() throws Exception {
    int[] ports = Services.freePorts(2);
    managementPort = ports[1];
    log = new UnreadLog(folder);
    feature =
        Program.startLoggingTo(
            log.pipe(),
            Map.of(),
            "feature-service",
            "--port",
            "" + ports[0],
            "--management-port",
            "" + managementPort,
            "--log-items");
    log.readUntil(" serving on ");
    connection = ServiceConnection.open("localhost:" + ports[0], ClientSecurityOptions.PLAIN);
  }

  @AfterEach
  void stop() throws IOException {
    connection.close();
    feature.close();
    log.close();
  }

  @Test
  void holdsUpNeitherCallsNorTheStop() throws Exception {
    log.fill();
    sendBadItems();
    // Native decoders, too, write warnings about such pictures to standard error.
    for (int seed = 0; seed < 20; seed++) {
      extractDamaged(seed);
    }
    assertThat(extract(Photos.any())).isEqualTo(1);
    assertThat(dropped()).isPositive();
    feature.terminate();
    assertThat(feature.awaitExitCode()).isZero();
  }

  @Test
  void onceItIsReadAgainSaysHowMuchIsMissing() throws Exception {
    log.fill();
    sendBadItems();
    long dropped = dropped();
    assertThat(dropped).isPositive();
    assertThat(log.readUntil(" log lines were dropped"))
        .contains("ExtractStream of /127.0.0.1:", "item 'bad 0': INVALID_ARGUMENT image")
        .containsPattern("WARN +BoundedLogAppender: " + dropped + " log lines were dropped");
  }

  @Test
  void norDoesItHoldUpAStartThatFails() throws Exception {
    log.fill();
    try (Program second =
        Program.startLoggingTo(
            log.pipe(), Map.of(), "feature-service", "--management-port", "" + managementPort)) {
      assertThat(second.awaitExitCode()).isEqualTo(1);
    }
  }

  private int extract(ByteString file) {
    return Services.features(connection).extract(file).getMaps().getCount();
  }

  /** Answered with maps or refused, but answered. */
  private void extractDamaged(int seed) throws IOException {
    byte[] file = Photos.bytes(Program.ROOT.resolve("samples/cat-tabby.jpg")).toByteArray();
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      file[file.length / 2 + random.nextInt(file.length / 3)] = (byte) random.nextInt();
    }
    try {
      assertThat(extract(ByteString.copyFrom(file))).isEqualTo(1);
    } catch (ServiceFailure e) {
      assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  /** Each is a line in the log. */
  private void sendBadItems() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    CompletableFuture<Void> end = new CompletableFuture<>();
    StreamObserver<ExtractStreamRequest> requests =
        FeatureServiceGrpc.newStub(connection.channel())
            .extractStream(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ExtractStreamResponse answer) {
                    refused.addAndGet(answer.hasError() ? 1 : 0);
                  }

                  @Override
                  public void onError(Throwable t) {
                    end.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(null);
                  }
                });
    for (int i = 0; i < BAD_ITEMS; i++) {
      requests.onNext(ExtractStreamRequest.newBuilder().setId("bad " + i).build());
    }
    requests.onCompleted();
    end.get(120, TimeUnit.SECONDS);
    assertThat(refused).hasValue(BAD_ITEMS);
  }

  private long dropped() throws Exception {
    URI uri = URI.create("http://localhost:%d/metrics".formatted(managementPort));
    String metrics =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    Matcher dropped =
        Pattern.compile("(?m)^vgg16_log_dropped_total\\{.*} ([\\d.E]+)$").matcher(metrics);
    assertThat(dropped.find()).isTrue();
    return (long) Double.parseDouble(dropped.group(1));
  }
}
