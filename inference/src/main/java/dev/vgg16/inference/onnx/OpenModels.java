package dev.vgg16.inference.onnx;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The models of a process, whose runs must have ended before it exits: then ONNX Runtime's static
 * objects are destroyed, and a run that still uses them crashes the process. Thread-safe.
 */
public final class OpenModels implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Duration closeLimit;

  @GuardedBy("this")
  private final Set<OnnxModel> models = new HashSet<>();

  /** Of loads that have begun; a latch opens with the end of one. */
  @GuardedBy("this")
  private final Set<CountDownLatch> loads = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  public OpenModels() {
    this(CLOSE_LIMIT);
  }

  /** For tests. */
  OpenModels(Duration closeLimit) {
    this.closeLimit = closeLimit;
  }

  /**
   * Loads a model, which {@link #close} ends.
   *
   * @throws ServingException {@code UNAVAILABLE} when this is closed
   */
  OnnxModel load(Supplier<OnnxModel> loader) {
    CountDownLatch loaded = begin();
    try {
      return add(loader.get());
    } finally {
      end(loaded);
    }
  }

  private synchronized CountDownLatch begin() {
    if (closed) {
      throw ServingException.unavailable("the service is stopping");
    }
    CountDownLatch loaded = new CountDownLatch(1);
    loads.add(loaded);
    return loaded;
  }

  private synchronized OnnxModel add(OnnxModel model) {
    models.removeIf(OnnxModel::isClosed);
    models.add(model);
    if (closed) {
      model.abort();
    }
    return model;
  }

  private synchronized void end(CountDownLatch loaded) {
    loads.remove(loaded);
    loaded.countDown();
  }

  /**
   * Ends all runs, which fail with {@code UNAVAILABLE}, and closes the models. Waits for runs and
   * loads that have begun: a run ends before the next node of its graph.
   *
   * @throws IllegalStateException when they take more than ten seconds
   */
  @Override
  public void close() {
    long end = System.nanoTime() + closeLimit.toNanos();
    for (CountDownLatch loaded : abortAll()) {
      await(loaded, end);
    }
    for (OnnxModel model : all()) {
      await(model.closed(), end);
    }
  }

  private synchronized List<CountDownLatch> abortAll() {
    closed = true;
    models.forEach(OnnxModel::abort);
    return List.copyOf(loads);
  }

  private synchronized List<OnnxModel> all() {
    return List.copyOf(models);
  }

  private void await(CountDownLatch latch, long end) {
    if (!Uninterruptibles.awaitUninterruptibly(
        latch, end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw tooLong();
    }
  }

  private IllegalStateException tooLong() {
    return new IllegalStateException(
        "models are still loaded or run after %d ms, and may crash the process when it exits"
            .formatted(closeLimit.toMillis()));
  }
}
