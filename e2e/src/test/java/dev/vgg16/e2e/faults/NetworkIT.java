package dev.vgg16.e2e.faults;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static eu.rekawek.toxiproxy.model.ToxicDirection.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vgg16.e2e.Photos;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.Image;
import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.model.Toxic;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network between the client, the feature service and the head service is slow, breaks in the
 * middle of messages, or drops packets silently.
 */
class NetworkIT {

  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Duration STEADY = Duration.ofSeconds(3);
  private static final int CALLERS = 6;

  private static Proxies proxies;
  private static Cluster cluster;
  private static Proxy beforeHead;
  private static Proxy beforeFeature;
  private static List<Question> questions;

  @BeforeAll
  static void start() throws Exception {
    if (!Boolean.parseBoolean(System.getenv("CI"))) {
      assumeTrue(Proxies.areInstalled(), "there is no toxiproxy: bench/tools.sh toxiproxy");
    }
    proxies = Proxies.start();
    int[] ports = Cluster.freePorts(3);
    cluster = Cluster.startBehind("localhost:" + ports[0], ports[1]);
    beforeHead = proxies.open("head", ports[0], ports[1]);
    beforeFeature = proxies.open("feature", ports[2], cluster.feature(0).port());
    questions = Question.askAll(direct());
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (proxies != null) {
      proxies.close();
    }
  }

  private static ManagedChannel direct() {
    return cluster.channel("localhost:" + cluster.feature(0).port());
  }

  private static ManagedChannel proxied() {
    return cluster.channel(beforeFeature.getListen());
  }

  private static Load load(ManagedChannel channel) {
    return new Load(channel, questions, DEADLINE);
  }

  /** Adds a fault; removing it restores the network. */
  private interface Fault {
    Toxic add() throws IOException;
  }

  /** Load during which the fault is present for the first half of the time. */
  private static Tally during(String what, ManagedChannel channel, Fault fault) throws Exception {
    Tally tally =
        load(channel)
            .during(
                CALLERS,
                () -> {
                  Toxic toxic = fault.add();
                  Thread.sleep(Report.TIME.toMillis() / 2);
                  toxic.remove();
                  Thread.sleep(Report.TIME.toMillis() / 2);
                });
    Report.print(
        "%s: %s; p50 %s ms, slowest %s ms",
        what,
        tally,
        Report.oneDecimal(tally.answerMillis(0.5)),
        Report.oneDecimal(tally.answerMillis(1)));
    assertThat(tally.wrongCount()).isZero();
    assertThat(tally.lostCount()).isZero();
    assertThat(tally.answeredCount()).isPositive();
    return tally;
  }

  private static void assertAllAnswered(Tally tally) {
    assertThat(tally.answeredCount()).as("%s", tally).isEqualTo(tally.sentCount());
  }

  /** When the network has recovered, so has the service. */
  private static void assertWell(ManagedChannel channel) throws Exception {
    Tally tally = load(channel).closedLoop(2, Duration.ofSeconds(1));
    assertAllAnswered(tally);
  }

  @Test
  void latencyAndJitterBeforeTheHeads() throws Exception {
    assertAllAnswered(
        during(
            "100 ms +- 50 before the heads",
            direct(),
            () -> beforeHead.toxics().latency("slow", DOWNSTREAM, 100).setJitter(50)));
  }

  @Test
  void littleBandwidthBeforeTheHeads() throws Exception {
    // A map is 51 KB: about 20 per second.
    assertAllAnswered(
        during(
            "1 MB/s before the heads",
            direct(),
            () -> beforeHead.toxics().bandwidth("thin", UPSTREAM, 1_000)));
  }

  @Test
  void connectionsToTheHeadsBreakInTheMiddleOfMessages() throws Exception {
    assertAllAnswered(
        during(
            "connections to the heads end after 120 kB",
            direct(),
            () -> beforeHead.toxics().limitData("cut", UPSTREAM, 120_000)));
    assertWell(direct());
  }

  @Test
  void connectionsToTheHeadsAreReset() throws Exception {
    assertAllAnswered(
        during(
            "connections to the heads are reset after 300 ms",
            direct(),
            () -> beforeHead.toxics().resetPeer("reset", DOWNSTREAM, 300)));
    assertWell(direct());
  }

  /** Half open: nothing arrives, and neither side learns that the connection is lost. */
  @Test
  void theHeadsGoSilent() throws Exception {
    Tally tally =
        during(
            "no byte comes from the heads",
            direct(),
            () -> beforeHead.toxics().bandwidth("silent", DOWNSTREAM, 0));
    assertAllAnswered(tally);
    assertWell(direct());
  }

  @Test
  void latencyAndJitterBeforeTheClient() throws Exception {
    assertAllAnswered(
        during(
            "100 ms +- 50 before the client",
            proxied(),
            () -> beforeFeature.toxics().latency("slow", DOWNSTREAM, 100).setJitter(50)));
  }

  @Test
  void littleBandwidthBeforeTheFeatureService() throws Exception {
    assertAllAnswered(
        during(
            "1 MB/s before the feature service",
            proxied(),
            () -> beforeFeature.toxics().bandwidth("thin", UPSTREAM, 1_000)));
  }

  @Test
  void connectionsOfAClientAreCutInTheMiddleOfMessages() throws Exception {
    ManagedChannel other = direct();
    Load otherCalls = load(other);
    Tally[] cut = new Tally[1];
    Tally tally =
        otherCalls.during(
            2,
            () ->
                cut[0] =
                    during(
                        "a client's connections end after 300 kB",
                        proxied(),
                        () -> beforeFeature.toxics().limitData("cut", UPSTREAM, 300_000)));
    Report.print("other calls: %s", tally);
    // gRPC must not resend what may have been processed: the client gets an error, and can. Its
    // library reports UNKNOWN when a connection ends while it writes.
    assertThat(cut[0].failedCount())
        .isEqualTo(
            cut[0].failedCount(Status.Code.UNAVAILABLE) + cut[0].failedCount(Status.Code.UNKNOWN));
    assertAllAnswered(tally);
    assertWell(proxied());
  }

  /** A client that stops reading a stream delays only itself, and occupies little memory. */
  @Test
  void clientsThatDoNotRead() throws Exception {
    Tally warm = load(direct()).closedLoop(CALLERS, Report.TIME);
    assertAllAnswered(warm);
    long before = cluster.feature(0).residentMebibytes();
    int readers = 10;
    int[] received = new int[readers];
    ExtractStreamRequest item =
        ExtractStreamRequest.newBuilder()
            .setRequest(
                ExtractRequest.newBuilder().setImage(Image.newBuilder().setEncoded(Photos.any())))
            .build();
    for (int i = 0; i < readers; i++) {
      int reader = i;
      FeatureServiceGrpc.newStub(direct())
          .extractStream(
              new ClientResponseObserver<ExtractStreamRequest, ExtractStreamResponse>() {
                @Override
                public void beforeStart(ClientCallStreamObserver<ExtractStreamRequest> out) {
                  out.disableAutoRequestWithInitial(1);
                  out.setOnReadyHandler(
                      () -> {
                        while (out.isReady()) {
                          out.onNext(item);
                        }
                      });
                }

                @Override
                public void onNext(ExtractStreamResponse answer) {
                  received[reader]++;
                }

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {}
              });
    }
    assertAllAnswered(load(direct()).closedLoop(2, Report.TIME));
    awaitNothingComputed();
    long full = cluster.feature(0).residentMebibytes();
    Tally tally = load(direct()).closedLoop(2, Report.TIME);
    long after = cluster.feature(0).residentMebibytes();
    Report.print(
        "%d streams whose clients read one answer and no more: other calls: %s; memory %d MiB"
            + " before, %d MiB once they were full, %d MiB after",
        readers, tally, before, full, after);
    assertAllAnswered(tally);
    assertThat(received).containsOnly(1);
    assertThat(after).isLessThan(full + 50);
  }

  /** Waits until all requested answers are computed and wait to be read. */
  private static void awaitNothingComputed() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(300);
    double before = -1;
    double now = imagesComputed();
    while (now > before) {
      assertThat(System.nanoTime()).as("images are still computed").isLessThan(end);
      Thread.sleep(STEADY.toMillis());
      before = now;
      now = imagesComputed();
    }
  }

  private static double imagesComputed() throws Exception {
    return cluster.metric("vgg16_batch_size_sum");
  }
}
