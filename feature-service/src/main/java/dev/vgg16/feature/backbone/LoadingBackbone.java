package dev.vgg16.feature.backbone;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backbone that is loaded on a thread of its own, while the service starts its other parts. */
public final class LoadingBackbone implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(LoadingBackbone.class);

  private final StartStep<Backbone> loading;
  private volatile boolean awaited;

  private LoadingBackbone(StartStep<Backbone> loading) {
    this.loading = loading;
  }

  /** Begins to load. */
  public static LoadingBackbone start(BackboneLoader loader) {
    return new LoadingBackbone(StartStep.begin("load-backbone", loader::load));
  }

  /** Waits until it is loaded; throws what {@link BackboneLoader#load} throws. */
  public Backbone await() {
    awaited = true;
    return loading.await();
  }

  /** Waits until it is loaded, and closes it. A failure that nobody has waited for is logged. */
  @Override
  public void close() {
    Backbone backbone;
    try {
      backbone = loading.await();
    } catch (RuntimeException | Error e) {
      if (!awaited) {
        logger.error("the backbone can't be loaded: {}", String.valueOf(e.getMessage()));
      }
      return;
    }
    backbone.close();
  }
}
