package dev.vgg16.feature.oip;

import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.oip.ModelInferResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * Sends the answers of a stream in the order of its requests, as Triton does: its clients tell the
 * application no more of a failure than the text, so the order alone says whose it is. Thread-safe.
 */
final class OrderedAnswers {

  /** Runs one task at a time. */
  private final Executor sequence =
      MoreExecutors.newSequentialExecutor(MoreExecutors.directExecutor());

  /** Used by the sequence's tasks alone. */
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** An answer that is sent after those before it. */
  private final class Waiting implements ModelInference.Answer {
    private final ModelInference.Answer to;
    private Runnable send = () -> {};
    private boolean ready;

    Waiting(ModelInference.Answer to) {
      this.to = to;
    }

    @Override
    public void succeed(ModelInferResponse response) {
      sequence.execute(() -> ready(() -> to.succeed(response)));
    }

    @Override
    public void fail(Throwable cause) {
      sequence.execute(() -> ready(() -> to.fail(cause)));
    }

    private void ready(Runnable send) {
      this.send = send;
      ready = true;
      sendReady();
    }
  }

  /**
   * The answer of the next request.
   *
   * @param to where it is sent
   */
  ModelInference.Answer next(ModelInference.Answer to) {
    Waiting answer = new Waiting(to);
    sequence.execute(() -> waiting.add(answer));
    return answer;
  }

  private void sendReady() {
    while (!waiting.isEmpty() && waiting.element().ready) {
      waiting.remove().send.run();
    }
  }
}
