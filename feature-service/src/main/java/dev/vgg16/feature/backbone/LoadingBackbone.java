package dev.vgg16.feature.backbone;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A backbone that is loaded on a thread of its own, while the service starts its other parts. */
public final class LoadingBackbone implements AutoCloseable {

  private final CompletableFuture<Backbone> loading;

  private LoadingBackbone(CompletableFuture<Backbone> loading) {
    this.loading = loading;
  }

  /** Begins to load. */
  public static LoadingBackbone start(BackboneLoader loader) {
    return new LoadingBackbone(
        CompletableFuture.supplyAsync(
            loader::load, load -> new Thread(load, "load-backbone").start()));
  }

  /** Waits until it is loaded; throws what {@link BackboneLoader#load} throws. */
  public Backbone await() {
    try {
      return loading.join();
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

  /** Waits until it is loaded, and closes it. */
  @Override
  public void close() {
    Backbone backbone;
    try {
      backbone = loading.join();
    } catch (CompletionException e) {
      return; // `await` reports it.
    }
    backbone.close();
  }
}
