package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.SettableFuture;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** Where this service was refused. */
  @GuardedBy("this")
  private final Set<SocketAddress> refusedBy = new HashSet<>();

  @GuardedBy("this")
  private @Nullable SocketAddress failedAt;

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

  /** Whether it was sent there last, in vain, or is refused there: any other replica is better. */
  synchronized boolean failedAt(SocketAddress address) {
    return address.equals(failedAt) || refusedBy.contains(address);
  }

  /** Whether the replica there refused this service, whatever the message. */
  synchronized boolean isRefusedBy(SocketAddress address) {
    return refusedBy.contains(address);
  }

  /** A stream ended before it answered. */
  synchronized void failedWith(Status failure, SocketAddress address) {
    lastFailure = failure;
    failedAt = address;
    attempts++;
    switch (ResendPolicy.after(failure)) {
      case OWN_STREAM -> {
        refusals++;
        alone = true;
      }
      case OTHER_REPLICA -> refusedBy.add(address);
      case ANYWHERE -> {}
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
        : Optional.of(
            "after %d attempts: %s".formatted(attempts, StatusDescriptions.of(lastFailure)));
  }
}
