package dev.vgg16.e2e.faults;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Classifies continuously, and checks each answer. */
final class Load {

  private final Channel channel;
  private final List<Question> questions;
  private final Duration deadline;
  private final Tally tally = new Tally();
  private final AtomicInteger next = new AtomicInteger();
  private final Phaser inFlight = new Phaser(1);

  /**
   * @param deadline of each call
   */
  Load(Channel channel, List<Question> questions, Duration deadline) {
    this.channel = channel;
    this.questions = questions;
    this.deadline = deadline;
  }

  /** A fault during the load. */
  interface Fault {
    void run() throws Exception;
  }

  /** A closed loop of so many callers, for as long as the fault lasts. */
  Tally during(int callers, Fault fault) throws Exception {
    AtomicBoolean on = new AtomicBoolean(true);
    for (int i = 0; i < callers; i++) {
      ask(on);
    }
    try {
      fault.run();
    } finally {
      on.set(false);
    }
    awaitEnds();
    return tally;
  }

  /** The same for a duration. */
  Tally closedLoop(int callers, Duration time) throws Exception {
    return during(callers, () -> Thread.sleep(time.toMillis()));
  }

  /** An open loop of so many calls per second. */
  Tally openLoop(double perSecond, Duration time) throws InterruptedException {
    AtomicBoolean once = new AtomicBoolean(false);
    long start = System.nanoTime();
    for (int i = 0; i < perSecond * time.toSeconds(); i++) {
      long due = start + (long) (i / perSecond * 1e9);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      ask(once);
    }
    awaitEnds();
    return tally;
  }

  private void awaitEnds() throws InterruptedException {
    try {
      inFlight.awaitAdvanceInterruptibly(
          inFlight.arriveAndDeregister(), deadline.toSeconds() + 120, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("calls have not ended: " + tally, e);
    }
  }

  private void ask(AtomicBoolean again) {
    Question question = questions.get(Math.floorMod(next.getAndIncrement(), questions.size()));
    inFlight.register();
    tally.sent();
    long start = System.nanoTime();
    Futures.addCallback(
        FeatureServiceGrpc.newFutureStub(channel)
            .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
            .classify(question.request()),
        new FutureCallback<>() {
          @Override
          public void onSuccess(ClassifyResponse answer) {
            String wrong = question.whatIsWrongWith(answer);
            if (wrong.isEmpty()) {
              tally.answered(System.nanoTime() - start);
            } else {
              tally.wrong(wrong);
            }
            end();
          }

          @Override
          public void onFailure(Throwable failure) {
            tally.failed(Status.fromThrowable(failure), System.nanoTime() - start);
            end();
          }

          private void end() {
            if (again.get()) {
              ask(again);
            }
            inFlight.arriveAndDeregister();
          }
        },
        MoreExecutors.directExecutor());
  }
}
