package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.security.ClientSecurity;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.opentelemetry.GrpcOpenTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How maps are spread over replicas that are all as fast, over real connections: in each round each
 * replica answers one message, and no message or answer is on its way when the next round begins.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpreadTest {

  private static final int IN_FLIGHT = 18;
  private static final int MAPS_EACH = 1000;
  private static final long PAUSE_NANOS = 50_000;
  private static final HeadClientOptions OPTIONS =
      new HeadClientOptions(
          "heads", 4, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(120));

  private final Random sizes = new Random(7);
  private final Named named = new Named();
  private final Map<CountingHeads, Server> servers = new LinkedHashMap<>();
  private HeadClient client;

  @AfterEach
  void stop() {
    client.close();
    servers.values().forEach(Server::shutdownNow);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8, 16})
  void underLoadEachReplicaHasItsShare(int replicas) throws Exception {
    List<CountingHeads> all = start(replicas);
    Map<CountingHeads, Long> sent = load(all, MAPS_EACH * replicas);
    System.out.printf("spread over %d replicas: %s%n", replicas, sent.values());
    assertShares(sent);
  }

  /** Nothing is in flight when the next batch is sent: all replicas are equal. */
  @Test
  void tiesGoRound() throws Exception {
    List<CountingHeads> all = start(5);
    Map<CountingHeads, Long> before = counts(all);
    for (int i = 0; i < 100; i++) {
      scoreOne(all);
    }
    assertThat(since(before).values()).containsOnly(20L);
  }

  @Test
  void aNewReplicaHasItsShareAndNoMore() throws Exception {
    List<CountingHeads> all = start(3);
    assertShares(load(all, 3 * MAPS_EACH));
    all.add(startOne(0));
    awaitAll(all);
    assertShares(load(all, 4 * MAPS_EACH));
  }

  @Test
  void aReplicaThatIsBackHasItsShareAndNoMore() throws Exception {
    List<CountingHeads> all = start(3);
    int port = servers.get(all.get(0)).getPort();
    servers.remove(all.get(0)).shutdownNow().awaitTermination();
    List<CountingHeads> left = new ArrayList<>(all.subList(1, 3));
    assertShares(load(left, 2 * MAPS_EACH));
    left.add(startOne(port));
    awaitAll(left);
    assertShares(load(left, 3 * MAPS_EACH));
  }

  @Test
  void aReplicaThatIsNamedNoMoreGetsNothing() throws Exception {
    List<CountingHeads> all = start(3);
    CountingHeads gone = all.remove(0);
    named.remove(servers.get(gone));
    long before = gone.maps();
    assertShares(load(all, 2 * MAPS_EACH));
    assertThat(gone.maps()).isEqualTo(before);
  }

  private static void assertShares(Map<CountingHeads, Long> sent) {
    double even = sent.values().stream().mapToLong(Long::longValue).average().orElseThrow();
    assertThat(sent.values())
        .as("%s", sent.values())
        .allSatisfy(share -> assertThat((double) share).isCloseTo(even, withinPercentage(10)));
  }

  /** Batches of 1 to 4 maps, several in flight at a time; returns how many each replica got. */
  private Map<CountingHeads, Long> load(List<CountingHeads> all, int maps) throws Exception {
    Map<CountingHeads, Long> before = counts(all);
    List<ListenableFuture<ScoreResponse>> inFlight = new ArrayList<>();
    int sent = 0;
    while (sent < maps || !inFlight.isEmpty()) {
      while (sent < maps && inFlight.size() < IN_FLIGHT) {
        int size = 1 + sizes.nextInt(4);
        inFlight.add(score(size));
        sent += size;
      }
      answerRound(all, inFlight);
    }
    return since(before);
  }

  private static void answerRound(
      List<CountingHeads> all, List<ListenableFuture<ScoreResponse>> inFlight) {
    while (all.stream().mapToInt(CountingHeads::unanswered).sum() < inFlight.size()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    long answers = all.stream().filter(CountingHeads::answerOne).count();
    int left = inFlight.size() - (int) answers;
    while (inFlight.size() > left) {
      inFlight.removeIf(SpreadTest::isAnswered);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean isAnswered(ListenableFuture<ScoreResponse> score) {
    if (score.isDone()) {
      assertThat(Futures.getUnchecked(score).getMapsCount()).isPositive();
    }
    return score.isDone();
  }

  private void scoreOne(List<CountingHeads> all) {
    answerRound(all, new ArrayList<>(List.of(score(1))));
  }

  private static Map<CountingHeads, Long> counts(List<CountingHeads> all) {
    return all.stream()
        .collect(
            Collectors.toMap(each -> each, CountingHeads::maps, Long::sum, LinkedHashMap::new));
  }

  private static Map<CountingHeads, Long> since(Map<CountingHeads, Long> before) {
    Map<CountingHeads, Long> since = new LinkedHashMap<>(before);
    since.replaceAll((heads, count) -> heads.maps() - count);
    return since;
  }

  /** Sends until each has got something. */
  private void awaitAll(List<CountingHeads> all) throws Exception {
    Map<CountingHeads, Long> before = counts(all);
    while (since(before).containsValue(0L)) {
      scoreOne(all);
    }
  }

  private List<CountingHeads> start(int replicas) throws Exception {
    List<CountingHeads> all = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      all.add(startOne(0));
    }
    client = new HeadClient(named, OPTIONS);
    awaitAll(all);
    return all;
  }

  private CountingHeads startOne(int port) throws IOException {
    CountingHeads heads = new CountingHeads();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(heads)
            .build()
            .start();
    servers.put(heads, server);
    named.add(server);
    return heads;
  }

  private ListenableFuture<ScoreResponse> score(int maps) {
    return client.score(
        new ScoreMessage(
            ScoreMessages.maps(maps, List.of(ByteBuffer.allocate(maps * 100))), List.of()),
        Long.MAX_VALUE);
  }

  /** Servers of this process by the addresses that the test gives. */
  private static final class Named implements HeadReplicas {
    private final Set<SocketAddress> addresses = new LinkedHashSet<>();
    private final HeadChannels channels =
        HeadChannels.open(
            "localhost:1", ClientSecurity.PLAIN, GrpcOpenTelemetry.newBuilder().build());
    private Listener listener;

    void add(Server server) {
      addresses.add(addressOf(server));
      tell();
    }

    void remove(Server server) {
      addresses.remove(addressOf(server));
      tell();
    }

    private static SocketAddress addressOf(Server server) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
    }

    private void tell() {
      if (listener != null) {
        listener.found(new LinkedHashSet<>(addresses));
      }
    }

    @Override
    public void watch(Listener listener) {
      this.listener = listener;
      tell();
    }

    @Override
    public void refresh() {}

    @Override
    public ManagedChannel connect(SocketAddress address) {
      return channels.connect(address);
    }

    @Override
    public void close() {
      channels.close();
    }
  }
}
