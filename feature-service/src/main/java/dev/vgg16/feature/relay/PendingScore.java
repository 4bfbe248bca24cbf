package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.SettableFuture;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;

/** A request that has no answer yet. Scoring is pure, so it may be sent more than once. */
final class PendingScore {

  private final ScoreRequest request;
  private final long deadlineNanos;
  private final SettableFuture<ScoreResponse> answer = SettableFuture.create();
  private int attempts;
  private Status lastFailure = Status.OK;

  PendingScore(ScoreRequest request, long deadlineNanos) {
    this.request = request;
    this.deadlineNanos = deadlineNanos;
  }

  ScoreRequest request() {
    return request;
  }

  int maps() {
    return request.getMaps().getCount();
  }

  SettableFuture<ScoreResponse> answer() {
    return answer;
  }

  boolean isExpired(long now) {
    return now - deadlineNanos >= 0;
  }

  /** A stream ended before it answered. Returns how often that has happened. */
  synchronized int failedWith(Status failure) {
    lastFailure = failure;
    return ++attempts;
  }

  /** Why there is no answer yet. */
  synchronized String reason() {
    return attempts == 0
        ? "no answer came"
        : "after %d attempts: %s".formatted(attempts, HeadClient.describe(lastFailure));
  }
}
