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

/**
 * A request that has no answer yet. Scoring has no side effects, so it may be sent more than once.
 */
final class PendingScore {

  private final ScoreMessage message;
  private final long deadlineNanos;
  private final SettableFuture<ScoreResponse> answer = SettableFuture.create();

  @GuardedBy("this")
  private int attempts;

  @GuardedBy("this")
  private int aborts;

  @GuardedBy("this")
  private Status lastFailure = Status.OK;

  /** The replicas that refuse this service. */
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

  /**
   * Whether the last attempt failed there or the replica refuses this service: another is better.
   */
  synchronized boolean failedAt(SocketAddress address) {
    return address.equals(failedAt) || refusedBy.contains(address);
  }

  /** Whether the replica there refuses this service, whatever the message. */
  synchronized boolean isRefusedBy(SocketAddress address) {
    return refusedBy.contains(address);
  }

  /** A stream to this address ended without an answer. */
  synchronized void failedWith(Status failure, SocketAddress address) {
    lastFailure = failure;
    failedAt = address;
    attempts++;
    switch (ResendPolicy.after(failure)) {
      case OWN_STREAM -> {
        aborts++;
        alone = true;
      }
      case OTHER_REPLICA -> refusedBy.add(address);
      case ANYWHERE -> {}
    }
  }

  /** How many streams ended without an answer. */
  synchronized int attempts() {
    return attempts;
  }

  /** How many of those ended with a code that may be due to this message. */
  synchronized int aborts() {
    return aborts;
  }

  /** Why there is no answer yet; empty when it was never sent. */
  synchronized Optional<String> reason() {
    return attempts == 0
        ? Optional.empty()
        : Optional.of(
            "after %d attempts: %s".formatted(attempts, StatusDescriptions.of(lastFailure)));
  }
}
