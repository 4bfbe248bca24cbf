package dev.vgg16.feature.backbone;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

  /**
   * Runs steps at the same time, as many as there are processors, and returns when all have ended.
   *
   * @return their results, in order; where steps fail, what the first of them in the list throws is
   *     thrown
   */
  static <T> List<T> runAll(String thread, List<Supplier<T>> steps) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(), task -> new Thread(task, thread));
    List<StartStep<T>> begun = new ArrayList<>();
    try {
      for (Supplier<T> step : steps) {
        begun.add(new StartStep<>(CompletableFuture.supplyAsync(step, threads)));
      }
    } finally {
      threads.shutdown();
      Uninterruptibles.awaitTerminationUninterruptibly(threads);
    }
    return begun.stream().map(StartStep::await).toList();
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
