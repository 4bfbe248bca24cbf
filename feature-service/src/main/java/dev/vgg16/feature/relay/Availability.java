package dev.vgg16.feature.relay;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether maps may go to a replica: it has answered a health check, and no stream to it broke
 * since. A replica that is not available is checked again and again, by health checks and not with
 * maps. Thread-safe.
 */
final class Availability {

  /** A replica that is back is used this soon; one that is not costs a packet each time. */
  private static final Duration INTERVAL = Duration.ofMillis(250);

  private final ManagedChannel channel;
  private final Duration timeout;
  private final Ticker ticker;
  private final Runnable becameAvailable;

  private volatile boolean available;

  @GuardedBy("this")
  private boolean checking;

  @GuardedBy("this")
  private long nextCheck;

  @GuardedBy("this")
  private Status lastFailure = Status.UNAVAILABLE.withDescription("it was not reached yet");

  /**
   * @param timeout of a check
   * @param becameAvailable called outside of any lock
   */
  Availability(ManagedChannel channel, Duration timeout, Ticker ticker, Runnable becameAvailable) {
    this.channel = channel;
    this.timeout = timeout;
    this.ticker = ticker;
    this.becameAvailable = becameAvailable;
    this.nextCheck = ticker.read();
  }

  boolean isAvailable() {
    return available;
  }

  /** Why it is not available. */
  synchronized Status lastFailure() {
    return lastFailure;
  }

  /** A stream broke: maps go to other replicas until a check succeeds. */
  void streamBroke(Status why) {
    synchronized (this) {
      available = false;
      lastFailure = why;
      nextCheck = ticker.read();
    }
    check(ticker.read());
  }

  /** Sends a health check if one is due. */
  void check(long now) {
    synchronized (this) {
      if (available || checking || now - nextCheck < 0) {
        return;
      }
      checking = true;
    }
    // gRPC's own delay between attempts to connect grows, beyond the interval of the checks.
    channel.resetConnectBackoff();
    Futures.addCallback(
        HealthGrpc.newFutureStub(channel)
            .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .check(HealthCheckRequest.getDefaultInstance()),
        new FutureCallback<>() {
          @Override
          public void onSuccess(@Nullable HealthCheckResponse health) {
            checked(
                requireNonNull(health).getStatus() == ServingStatus.SERVING
                    ? Status.OK
                    : Status.UNAVAILABLE.withDescription("its health is " + health.getStatus()));
          }

          @Override
          public void onFailure(Throwable failure) {
            checked(Status.fromThrowable(failure));
          }
        },
        MoreExecutors.directExecutor());
  }

  private void checked(Status status) {
    boolean answers =
        switch (status.getCode()) {
          // It has no health service, or not for this client: it answers all the same.
          case OK, UNIMPLEMENTED, NOT_FOUND, UNAUTHENTICATED, PERMISSION_DENIED -> true;
          default -> false;
        };
    synchronized (this) {
      checking = false;
      available = answers;
      if (!answers) {
        lastFailure = status;
        nextCheck = ticker.read() + INTERVAL.toNanos();
      }
    }
    if (answers) {
      becameAvailable.run();
    }
  }
}
