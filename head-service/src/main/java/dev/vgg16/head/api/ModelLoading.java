package dev.vgg16.head.api;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The thread for requests whose head has to load its explanation model first. That takes seconds
 * for a large one, and does not end while a network file system hangs; gRPC's threads score the
 * other requests meanwhile. Thread-safe.
 */
public final class ModelLoading implements AutoCloseable {

  private static final int MAX_WAITING = 256;
  private static final long MAX_BYTES = 64L << 20;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final AtomicLong bytes = new AtomicLong();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          new ThreadFactoryBuilder().setNameFormat("model-loading").setDaemon(true).build());

  /**
   * Runs a request on that thread, after those that came before.
   *
   * @param held bytes that it holds until then
   * @throws ServingException {@code OVERLOADED} when too many requests or bytes wait already
   */
  void execute(long held, Runnable request) {
    if (bytes.addAndGet(held) > MAX_BYTES || thread.getQueue().size() >= MAX_WAITING) {
      bytes.addAndGet(-held);
      throw ServingException.overloaded(
          "too many requests wait for explanation models to be loaded", RETRY);
    }
    thread.execute(
        () -> {
          bytes.addAndGet(-held);
          request.run();
        });
  }

  /** Requests that still wait are dropped. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
