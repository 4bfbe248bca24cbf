package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.SettableFuture;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;

/** A request that has no answer yet. Scoring is pure, so it may be sent more than once. */
final class PendingScore {

  private final ScoreMessage message;
  private final long deadlineNanos;
  private final SettableFuture<ScoreResponse> answer = SettableFuture.create();
  private int attempts;
  private Status lastFailure = Status.OK;

  PendingScore(ScoreMessage message, long deadlineNanos) {
    this.message = message;
    this.deadlineNanos = deadlineNanos;
  }

  ScoreMessage message() {
    return message;
  }

  int maps() {
    return message.maps().count();
  }

  SettableFuture<ScoreResponse> answer() {
    return answer;
  }

  boolean isAnswered() {
    return answer.isDone();
  }

  boolean isExpired(long now) {
    return now - deadlineNanos >= 0;
  }

  /** A stream ended before it answered. Returns how often that has happened. */
  synchronized int failedWith(Status failure) {
    lastFailure = failure;
    return ++attempts;
  }

  /** How many streams ended before they answered. */
  synchronized int attempts() {
    return attempts;
  }

  /** Why there is no answer yet. */
  synchronized String reason() {
    return attempts == 0
        ? "no answer came"
        : "after %d attempts: %s".formatted(attempts, HeadClient.describe(lastFailure));
  }
}
