package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC's policy weighted_round_robin over two replicas, of which one is kept busy by others. */
@Timeout(600)
class LoadReportsIT {

  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final int CALLERS = 6;
  private static final int OTHERS = 64;

  /** The calls that each replica answered. */
  private final AtomicIntegerArray calls = new AtomicIntegerArray(2);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theShareOfAReplicaFollowsItsLoad(boolean outOfBand) throws Exception {
    try (Cluster cluster = Cluster.start(1, 2, "--load-reports")) {
      ManagedChannel channel = weighted(cluster, outOfBand);
      try {
        List<Question> questions = Question.askAll(channel);
        Load others =
            new Load(
                cluster.channel(cluster.feature(0).host() + ":" + cluster.feature(0).port()),
                questions,
                DEADLINE);
        Tally tally =
            new Load(channel, questions, DEADLINE)
                .during(
                    CALLERS,
                    () -> {
                      awaitShare("alike", 0.4, 0.6);
                      others.during(OTHERS, () -> awaitShare("one is busy", 0, 0.35));
                      awaitShare("alike again", 0.4, 0.6);
                    });
        assertThat(tally.answeredCount()).as("%s", tally).isEqualTo(tally.sentCount());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private ManagedChannel weighted(Cluster cluster, boolean outOfBand) {
    Map<String, ?> policy =
        Map.of(
            "enableOobLoadReport",
            outOfBand,
            "oobReportingPeriod",
            "1s",
            "blackoutPeriod",
            "1s",
            "weightUpdatePeriod",
            "1s");
    return NettyChannelBuilder.forTarget("dns:///" + Cluster.NAME + ":" + cluster.feature(0).port())
        .usePlaintext()
        .intercept(new Counting())
        .defaultServiceConfig(
            Map.of("loadBalancingConfig", List.of(Map.of("weighted_round_robin", policy))))
        .build();
  }

  /** Waits until the first replica has such a share of calls. */
  private void awaitShare(String what, double least, double most) throws InterruptedException {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (true) {
      double share = nextShare();
      if (share >= least && share <= most) {
        Report.print("%s: the first replica has %.0f%% of the calls", what, 100 * share);
        return;
      }
      assertThat(System.nanoTime()).as("%s: the share is %.2f", what, share).isLessThan(end);
    }
  }

  /** The share of the first replica in the next calls. */
  private double nextShare() throws InterruptedException {
    int first = calls.get(0);
    int second = calls.get(1);
    while (calls.get(0) + calls.get(1) < first + second + 200) {
      Thread.sleep(20);
    }
    double ofFirst = calls.get(0) - first;
    return ofFirst / (ofFirst + calls.get(1) - second);
  }

  /** Counts the answers of each replica. */
  private final class Counting implements ClientInterceptor {

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
          super.start(
              new SimpleForwardingClientCallListener<>(listener) {
                @Override
                public void onHeaders(Metadata received) {
                  count(getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
                  super.onHeaders(received);
                }
              },
              headers);
        }
      };
    }
  }

  private void count(SocketAddress replica) {
    boolean isFirst =
        ((InetSocketAddress) replica).getAddress().getHostAddress().equals("127.0.0.1");
    calls.incrementAndGet(isFirst ? 0 : 1);
  }
}
