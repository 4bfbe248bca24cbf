package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.SettableFuture;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.Optional;

/** A request that has no answer yet. Scoring is pure, so it may be sent more than once. */
final class PendingScore {

  private final ScoreMessage message;
  private final long deadlineNanos;
  private final SettableFuture<ScoreResponse> answer = SettableFuture.create();

  @GuardedBy("this")
  private int attempts;

  @GuardedBy("this")
  private int refusals;

  @GuardedBy("this")
  private Status lastFailure = Status.OK;

  private volatile SocketAddress failedAt;
  private volatile boolean alone;

  PendingScore(ScoreMessage message, long deadlineNanos) {
    this.message = message;
    this.deadlineNanos = deadlineNanos;
    this.alone = message.alone();
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

  /** Whether it goes on a stream of its own. */
  boolean isAlone() {
    return alone;
  }

  /** Where it was sent last, in vain; another replica should be tried. */
  Optional<SocketAddress> failedAt() {
    return Optional.ofNullable(failedAt);
  }

  /** A stream ended before it answered. */
  synchronized void failedWith(Status failure, SocketAddress address) {
    lastFailure = failure;
    failedAt = address;
    attempts++;
    if (Resend.after(failure) == Resend.ALONE) {
      refusals++;
      alone = true;
    }
  }

  /** How many streams ended before they answered. */
  synchronized int attempts() {
    return attempts;
  }

  /** How many of those ended with a code that may mean this message. */
  synchronized int refusals() {
    return refusals;
  }

  /** Why there is no answer yet; empty where it was never sent. */
  synchronized Optional<String> reason() {
    return attempts == 0
        ? Optional.empty()
        : Optional.of("after %d attempts: %s".formatted(attempts, Descriptions.of(lastFailure)));
  }
}
