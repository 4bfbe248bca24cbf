package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** More requests than capacity. */
class OverloadIT {

  private static final int CALLERS = 16;
  private static final int TIMES = 3;

  /** The smallest photo, since the client shares the processors. */
  private static List<Question> smallest(List<Question> questions) {
    return questions.stream()
        .min((a, b) -> a.request().getSerializedSize() - b.request().getSerializedSize())
        .stream()
        .toList();
  }

  @Test
  void threeTimesWhatItCan() throws Exception {
    try (Cluster cluster = Cluster.start(1, 1)) {
      ManagedChannel channel = cluster.channel();
      List<Question> questions = smallest(Question.askAll(channel));
      Duration deadline = Duration.ofSeconds(2);
      Tally warm = new Load(channel, questions, deadline).closedLoop(CALLERS, Report.TIME);
      assertThat(warm.answeredCount()).isPositive();
      // The code of refusals must be warm too, on both sides.
      new Load(channel, questions, deadline).openLoop(300, Duration.ofSeconds(3));
      Tally peak = new Load(channel, questions, deadline).closedLoop(CALLERS, Report.TIME);
      double capacity = peak.answeredCount() / (double) Report.TIME.toSeconds();
      long before = cluster.feature(0).residentMebibytes();
      long start = System.nanoTime();
      Tally over = new Load(channel, questions, deadline).openLoop(TIMES * capacity, Report.TIME);
      double seconds = (System.nanoTime() - start) / 1e9;
      long after = cluster.feature(0).residentMebibytes();
      double goodput = over.answeredCount() / seconds / capacity;
      Report.print(
          "%d times the capacity of %s/s: %s; goodput %.2f of it; refused within %s ms (p50), %s ms"
              + " (p99); answered within %s ms (p99); memory %d MiB before, %d MiB after",
          TIMES,
          Report.oneDecimal(capacity),
          over,
          goodput,
          Report.oneDecimal(over.refusalMillis(0.5)),
          Report.oneDecimal(over.refusalMillis(0.99)),
          Report.oneDecimal(over.answerMillis(0.99)),
          before,
          after);
      assertThat(over.wrongCount()).isZero();
      assertThat(over.lostCount()).isZero();
      assertThat(over.refusedCount()).isPositive();
      // Accepted calls must be answered in time.
      Report.goal("failed of answered, %", 100.0 * over.failedCount() / over.answeredCount(), 25);
      Report.goal("capacity used for answers after their deadline, %", 100 * (1 - goodput), 20);
      assertThat(after).isLessThan(before + 100);
    }
  }

  @Test
  void aLongStreamDoesNotStarveACallAndIsNotRefused() throws Exception {
    // Less than the streams' windows, so that some of their items wait for admission.
    try (Cluster cluster = Cluster.start(1, 1, "--queue-capacity", "128")) {
      ManagedChannel channel = cluster.channel();
      Question question = smallest(Question.askAll(channel)).get(0);
      int streams = 3;
      int items = (int) (15 * Report.TIME.toSeconds());
      CountDownLatch ends = new CountDownLatch(streams);
      Map<String, String> answers = new ConcurrentHashMap<>();
      AtomicInteger errors = new AtomicInteger();
      for (int i = 0; i < streams; i++) {
        stream(cluster.channel(), "s" + i + "-", question, items, answers, errors, ends);
      }
      List<Integer> before = new ArrayList<>();
      while (ends.getCount() > 0) {
        before.add(itemsAnsweredDuringACall(channel, question, answers));
      }
      Collections.sort(before);
      int median = before.get(before.size() / 2);
      Report.print(
          "%d streams of %d images beside one caller: %d items answered, %d refused; of %d calls,"
              + " each waited for %d of the streams' items (median), %d (most)",
          streams,
          items,
          answers.size(),
          errors.get(),
          before.size(),
          median,
          before.get(before.size() - 1));
      assertThat(errors).hasValue(0);
      assertThat(answers).hasSize(streams * items);
      assertThat(answers.values()).containsOnly("");
      // One item of each stream may be ahead of it, and those in progress. In order of arrival it
      // would be the 64 admitted ones.
      assertThat(median).isLessThan(40);
    }
  }

  /** Deadlines are derived from the measured throughput, so that the test suits any machine. */
  @Test
  void manyStreamsOfOneClientDoNotStarveTheCallsOfAnother() throws Exception {
    int streams = 120;
    try (Cluster cluster = Cluster.start(1, 1)) {
      ManagedChannel polite = cluster.channel();
      List<Question> questions = smallest(Question.askAll(polite));
      ManagedChannel greedy = cluster.channel();
      Map<String, String> answers = new ConcurrentHashMap<>();
      AtomicInteger errors = new AtomicInteger();
      CountDownLatch ends = new CountDownLatch(streams);
      for (int i = 0; i < streams; i++) {
        stream(greedy, "s" + i + "-", questions.get(0), 1_000_000, answers, errors, ends);
      }
      awaitAnswers(answers, errors, streams);
      long start = System.nanoTime();
      awaitAnswers(answers, errors, streams);
      Duration perItem = Duration.ofNanos((System.nanoTime() - start) / streams);
      // Time for half of the streams to have a turn: behind all of them no call would be accepted.
      Duration deadline = perItem.multipliedBy(streams / 2);
      Tally calls =
          new Load(polite, questions, deadline)
              .during(1, () -> awaitAnswers(answers, errors, 2 * streams));
      int failed = errors.get();
      greedy.shutdownNow();
      Report.print(
          "%d streams of one client beside a caller with deadlines of %d ms (%s ms an image): %s,"
              + " p50 %s ms; %d items of the streams answered, %d refused",
          streams,
          deadline.toMillis(),
          Report.oneDecimal(perItem.toNanos() / 1e6),
          calls,
          Report.oneDecimal(calls.answerMillis(0.5)),
          answers.size(),
          failed);
      assertThat(calls.sentCount()).isGreaterThan(10);
      assertThat(calls.answeredCount()).isGreaterThanOrEqualTo(calls.sentCount() * 9 / 10);
      assertThat(failed).isZero();
      assertThat(answers.values()).containsOnly("");
    }
  }

  /** Waits until there are so many more answers, without an error. */
  private static void awaitAnswers(Map<String, String> answers, AtomicInteger errors, int more)
      throws Exception {
    int enough = answers.size() + more;
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (answers.size() < enough) {
      assertThat(errors).hasValue(0);
      assertThat(System.nanoTime()).as("%d answers come", enough).isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static int itemsAnsweredDuringACall(
      ManagedChannel channel, Question question, Map<String, String> answers) {
    int before = answers.size();
    assertThat(question.whatIsWrongWithAnAnswer(channel)).isEmpty();
    return answers.size() - before;
  }

  private static void stream(
      ManagedChannel channel,
      String prefix,
      Question question,
      int items,
      Map<String, String> answers,
      AtomicInteger errors,
      CountDownLatch ends) {
    FeatureServiceGrpc.newStub(channel)
        .classifyStream(
            new ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse>() {
              private int sent;

              @Override
              public void beforeStart(ClientCallStreamObserver<ClassifyStreamRequest> out) {
                out.setOnReadyHandler(
                    () -> {
                      while (out.isReady() && sent < items) {
                        out.onNext(
                            ClassifyStreamRequest.newBuilder()
                                .setId(prefix + sent++)
                                .setRequest(question.request())
                                .build());
                        if (sent == items) {
                          out.onCompleted();
                        }
                      }
                    });
              }

              @Override
              public void onNext(ClassifyStreamResponse answer) {
                if (answer.hasError()) {
                  errors.incrementAndGet();
                } else {
                  answers.put(answer.getId(), question.whatIsWrongWith(answer.getResponse()));
                }
              }

              @Override
              public void onError(Throwable t) {
                errors.addAndGet(1_000_000);
                ends.countDown();
              }

              @Override
              public void onCompleted() {
                ends.countDown();
              }
            });
  }
}
