package dev.vgg16.feature.backbone;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** A step of the start, on a thread of its own. */
final class StartStep<T> {

  private final CompletableFuture<T> result;

  private StartStep(CompletableFuture<T> result) {
    this.result = result;
  }

  static <T> StartStep<T> begin(String thread, Supplier<T> step) {
    return new StartStep<>(
        CompletableFuture.supplyAsync(step, task -> new Thread(task, thread).start()));
  }

  /** Waits until all have ended; then throws what the first of those that failed threw. */
  static <T> List<T> awaitAll(List<StartStep<T>> steps) {
    CompletableFuture.allOf(
            steps.stream().map(step -> step.result).toArray(CompletableFuture<?>[]::new))
        .handle((none, failure) -> failure == null)
        .join();
    return steps.stream().map(StartStep::await).toList();
  }

  /** Waits until it has ended; throws what the step throws. */
  T await() {
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
