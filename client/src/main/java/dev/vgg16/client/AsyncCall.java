package dev.vgg16.client;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A call as a {@link CompletableFuture}, which fails with a {@link ServiceFailure}. */
final class AsyncCall<T> extends CompletableFuture<T> implements FutureCallback<T> {

  private final String target;
  private final ListenableFuture<T> call;

  private AsyncCall(String target, ListenableFuture<T> call) {
    this.target = target;
    this.call = call;
  }

  static <T> CompletableFuture<T> of(String target, ListenableFuture<T> call) {
    AsyncCall<T> future = new AsyncCall<>(target, call);
    Futures.addCallback(call, future, MoreExecutors.directExecutor());
    return future;
  }

  @Override
  public void onSuccess(@Nullable T response) {
    complete(response);
  }

  @Override
  public void onFailure(Throwable failure) {
    completeExceptionally(ServiceFailure.of(target, failure));
  }

  /** Cancels the call too. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    call.cancel(mayInterruptIfRunning);
    return cancelled;
  }
}
