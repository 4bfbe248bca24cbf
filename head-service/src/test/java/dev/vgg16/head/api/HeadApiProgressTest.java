package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica that computes for long sends progress. */
class HeadApiProgressTest {

  private final HeadRegistry registry = TinyHeads.load();
  private final AtomicLong now = new AtomicLong();
  private final ProgressReports progress =
      new ProgressReports(
          new Ticker() {
            @Override
            public long read() {
              return now.get();
            }
          });
  private final CountDownLatch inARun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    BatchScorer scorer = new BatchScorer((head, maps, nanos) -> hold(), 8);
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .addService(
                new HeadApi(
                    registry,
                    scorer,
                    8,
                    new OpenStreams(),
                    progress,
                    new ModelLoading(),
                    4,
                    MapTracing.OFF,
                    DriftReports.NONE,
                    AnswerListener.NONE))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    channel.shutdownNow();
    server.shutdownNow();
    registry.close();
  }

  @Test
  void allStreamsGetProgressOfALongRequest() throws Exception {
    BlockingQueue<ScoreStreamResponse> answers = new LinkedBlockingQueue<>();
    BlockingQueue<ScoreStreamResponse> othersAnswers = new LinkedBlockingQueue<>();
    StreamObserver<ScoreStreamRequest> stream = open(answers);
    StreamObserver<ScoreStreamRequest> other = open(othersAnswers);
    // The other stream is open once its invalid request is refused.
    other.onNext(ScoreStreamRequest.newBuilder().setId("empty").build());
    assertThat(next(othersAnswers).hasError()).isTrue();
    stream.onNext(item());
    inARun.await();
    assertProgress(nextWhileReporting(answers));
    assertProgress(nextWhileReporting(answers));
    assertProgress(nextWhileReporting(othersAnswers));
    mayEnd.countDown();
    ScoreStreamResponse answer = next(answers);
    while (answer.hasProgress()) {
      answer = next(answers);
    }
    assertThat(answer.getId()).isEqualTo("slow");
    assertThat(answer.hasResponse()).isTrue();
  }

  @Test
  void noProgressIsSentWithoutARequest() throws Exception {
    BlockingQueue<ScoreStreamResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ScoreStreamRequest> stream = open(answers);
    mayEnd.countDown();
    for (int i = 0; i < 3; i++) {
      stream.onNext(item());
      assertThat(next(answers).hasResponse()).isTrue();
    }
    stream.onNext(ScoreStreamRequest.newBuilder().setId("empty").build());
    ScoreStreamResponse last = next(answers);
    while (progress.isBusy()) {
      Thread.onSpinWait();
    }
    for (int report = 0; report < 3; report++) {
      progress.report();
    }
    stream.onCompleted();
    assertThat(last.hasError()).isTrue();
    assertThat(answers).isEmpty();
  }

  /** Otherwise clients would never detect a thread that waits for a file or a lock for ever. */
  @Test
  void noProgressIsSentForAStuckThread() throws Exception {
    BlockingQueue<ScoreStreamResponse> answers = new LinkedBlockingQueue<>();
    StreamObserver<ScoreStreamRequest> stream = open(answers);
    stream.onNext(item());
    inARun.await();
    now.addAndGet(ProgressReports.MAX_STEP.toNanos());
    for (int report = 0; report < 3; report++) {
      progress.report();
    }
    mayEnd.countDown();
    assertThat(next(answers).hasResponse()).isTrue();
    stream.onCompleted();
  }

  @Test
  void stepsAreProgressHoweverLongTheRequestTakes() throws Exception {
    progress.began();
    for (int i = 0; i < 10; i++) {
      now.addAndGet(ProgressReports.MAX_STEP.toNanos() - 1);
      assertThat(progress.isBusy()).isTrue();
      progress.step();
    }
    now.addAndGet(ProgressReports.MAX_STEP.toNanos());
    assertThat(progress.isBusy()).isFalse();
    // Another thread works.
    Thread other = new Thread(progress::began);
    other.start();
    other.join();
    assertThat(progress.isBusy()).isTrue();
  }

  @Test
  void aStepOutsideARequestIsNoProgress() {
    progress.step();
    assertThat(progress.isBusy()).isFalse();
    progress.began();
    progress.ended();
    progress.step();
    assertThat(progress.isBusy()).isFalse();
  }

  private void hold() {
    inARun.countDown();
    Uninterruptibles.awaitUninterruptibly(mayEnd);
  }

  private StreamObserver<ScoreStreamRequest> open(BlockingQueue<ScoreStreamResponse> answers) {
    return HeadServiceGrpc.newStub(channel)
        .scoreStream(
            new StreamObserver<>() {
              @Override
              public void onNext(ScoreStreamResponse answer) {
                answers.add(answer);
              }

              @Override
              public void onError(Throwable t) {}

              @Override
              public void onCompleted() {}
            });
  }

  /** A client that does not read gets the progress later. */
  private ScoreStreamResponse nextWhileReporting(BlockingQueue<ScoreStreamResponse> answers)
      throws InterruptedException {
    ScoreStreamResponse next = null;
    for (int report = 0; next == null && report < 6_000; report++) {
      progress.report();
      next = answers.poll(10, TimeUnit.MILLISECONDS);
    }
    assertThat(next).isNotNull();
    return next;
  }

  private static void assertProgress(ScoreStreamResponse answer) {
    assertThat(answer.hasProgress()).isTrue();
    assertThat(answer.getId()).isEmpty();
  }

  private static ScoreStreamResponse next(BlockingQueue<ScoreStreamResponse> answers)
      throws InterruptedException {
    ScoreStreamResponse next = answers.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static ScoreStreamRequest item() {
    return ScoreStreamRequest.newBuilder()
        .setId("slow")
        .setRequest(ScoreRequest.newBuilder().setMaps(TinyHeads.maps(1)))
        .build();
  }
}
