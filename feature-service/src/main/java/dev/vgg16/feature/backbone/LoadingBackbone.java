package dev.vgg16.feature.backbone;

/** A backbone that is loaded on a thread of its own, while the service starts its other parts. */
public final class LoadingBackbone implements AutoCloseable {

  private final StartStep<Backbone> loading;

  private LoadingBackbone(StartStep<Backbone> loading) {
    this.loading = loading;
  }

  /** Begins to load. */
  public static LoadingBackbone start(BackboneLoader loader) {
    return new LoadingBackbone(StartStep.begin("load-backbone", loader::load));
  }

  /** Waits until it is loaded; throws what {@link BackboneLoader#load} throws. */
  public Backbone await() {
    return loading.await();
  }

  /** Waits until it is loaded, and closes it. */
  @Override
  public void close() {
    Backbone backbone;
    try {
      backbone = loading.await();
    } catch (RuntimeException | Error e) {
      return; // The start reports it.
    }
    backbone.close();
  }
}
