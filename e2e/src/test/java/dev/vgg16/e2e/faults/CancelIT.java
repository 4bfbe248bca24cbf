package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Callers cancel, or their deadlines expire, while their images wait. */
class CancelIT {

  private static final int CALLS = 300;

  @Test
  void cancelledCallsGiveTheirPlacesBack() throws Exception {
    try (Cluster cluster = Cluster.start(1, 1)) {
      ManagedChannel channel = cluster.channel();
      Question question = Question.askAll(channel).get(0);
      List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(FeatureServiceGrpc.newFutureStub(channel).classify(question.request()));
      }
      double queued = await(cluster, level -> level > CALLS / 2.0);
      double before = cluster.metric("vgg16_batch_abandoned_total");
      long start = System.nanoTime();
      calls.forEach(call -> call.cancel(true));
      await(cluster, level -> level == 0);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      double abandoned = cluster.metric("vgg16_batch_abandoned_total") - before;
      Report.print(
          "%d calls cancelled while %.0f images waited: the queue was empty after %d ms, %.0f"
              + " dropped before their run",
          CALLS, queued, millis, abandoned);
      // Running them would have taken several seconds.
      Report.goal("ms until the queue was empty", (double) millis, 2_000);
      assertThat(abandoned).isGreaterThan(queued / 2);
      assertStillRight(channel, question);
    }
  }

  @Test
  void callsWhoseTimeIsUpGiveTheirPlacesBack() throws Exception {
    try (Cluster cluster = Cluster.start(1, 1)) {
      ManagedChannel channel = cluster.channel();
      Question question = Question.askAll(channel).get(0);
      // Not a deadline that could be recognized as too short.
      List<ListenableFuture<ClassifyResponse>> patient = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        patient.add(FeatureServiceGrpc.newFutureStub(channel).classify(question.request()));
      }
      Tally tally =
          new Load(channel, List.of(question), java.time.Duration.ofMillis(400))
              .openLoop(200, java.time.Duration.ofSeconds(2));
      Report.print("deadline of 400 ms, more waits than that: %s", tally);
      assertThat(tally.lostCount()).isZero();
      assertThat(tally.wrongCount()).isZero();
      // Refused immediately, not run too late.
      Report.goal(
          "too late of refused, %", 100.0 * tally.failedCount() / tally.refusedCount(), 100);
      for (ListenableFuture<ClassifyResponse> call : patient) {
        assertThat(question.whatIsWrongWith(call.get(120, TimeUnit.SECONDS))).isEmpty();
      }
      assertStillRight(channel, question);
    }
  }

  private interface Level {
    boolean is(double queued);
  }

  private static double await(Cluster cluster, Level level) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      double queued = cluster.metric("vgg16_batch_queued");
      if (level.is(queued)) {
        return queued;
      }
      assertThat(System.nanoTime()).as("%s images wait", queued).isLessThan(end);
    }
  }

  private static void assertStillRight(ManagedChannel channel, Question question) {
    assertThat(question.whatIsWrongWithAnAnswer(channel)).isEmpty();
  }
}
