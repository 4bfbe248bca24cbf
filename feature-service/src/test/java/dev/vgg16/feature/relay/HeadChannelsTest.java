package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.security.ClientSecurity;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over real connections, which end streams on the caller's own thread. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeadChannelsTest {

  @Test
  void whileNobodyListensTheCallerIsToldWhenTheTimeIsUp() throws Exception {
    try (HeadClient client = client(unusedPort(), Duration.ofMillis(600))) {
      awaitRefused(client);
    }
  }

  @Test
  void whatWaitsIsAnsweredOnceAReplicaComes() throws Exception {
    int port = unusedPort();
    try (HeadClient client = client(port, Duration.ofMinutes(4))) {
      ListenableFuture<ScoreResponse> early = client.score(request(), Long.MAX_VALUE);
      CompletableFuture<String> thread = new CompletableFuture<>();
      early.addListener(
          () -> thread.complete(Thread.currentThread().getName()), MoreExecutors.directExecutor());
      awaitRefused(client);
      FakeHeads heads = new FakeHeads();
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress("localhost", port))
              .addService(heads)
              .build()
              .start();
      heads.next().answer();
      assertThat(early.get(120, TimeUnit.SECONDS).getMapsCount()).isEqualTo(1);
      assertThat(thread.get(120, TimeUnit.SECONDS))
          .as("an event loop that no client of the service can keep busy")
          .startsWith("head-connections-");
      server.shutdownNow();
    }
  }

  /** Returns once the channel knows that the connection is refused, which callers see then. */
  private static void awaitRefused(HeadClient client) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    String told = "";
    while (!told.contains("Connection refused")) {
      assertThat(System.nanoTime()).as("callers are told %s", told).isLessThan(end);
      ListenableFuture<ScoreResponse> lost =
          client.score(request(), Duration.ofMillis(300).toNanos());
      told =
          assertThrows(ExecutionException.class, () -> lost.get(120, TimeUnit.SECONDS))
              .getMessage();
      assertThat(told).contains("no head replica answered");
    }
  }

  private static HeadClient client(int port, Duration timeout) {
    String target = "localhost:" + port;
    return new HeadClient(
        HeadChannels.open(target, ClientSecurity.PLAIN, GrpcOpenTelemetry.newBuilder().build()),
        new HeadClientOptions(target, 2, Duration.ofSeconds(60), Duration.ofMillis(1500), timeout));
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ScoreMessage request() {
    return new ScoreMessage(ScoreMessages.maps(1, List.of(ByteBuffer.allocate(1))), List.of());
  }
}
