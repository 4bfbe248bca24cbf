package dev.vgg16.feature.oip;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.v1.ListHeadsResponse;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The heads as head-service listed them a moment ago: a list has all labels of all heads, and many
 * may ask for it at once. Thread-safe.
 */
final class CachedHeads implements Supplier<ListenableFuture<ListHeadsResponse>> {

  private static final Duration MAX_AGE = Duration.ofSeconds(1);

  private final Supplier<ListenableFuture<ListHeadsResponse>> heads;
  private final Ticker clock;

  @GuardedBy("this")
  private @Nullable ListenableFuture<ListHeadsResponse> latest;

  @GuardedBy("this")
  private long asked;

  CachedHeads(Supplier<ListenableFuture<ListHeadsResponse>> heads, Ticker clock) {
    this.heads = heads;
    this.clock = clock;
  }

  /** Callers that come while an answer is awaited get the same one. */
  @Override
  public synchronized ListenableFuture<ListHeadsResponse> get() {
    long now = clock.read();
    ListenableFuture<ListHeadsResponse> known = latest;
    if (known == null || (known.isDone() && now - asked >= MAX_AGE.toNanos())) {
      known = heads.get();
      latest = known;
      asked = now;
    }
    return Futures.nonCancellationPropagating(known);
  }
}
