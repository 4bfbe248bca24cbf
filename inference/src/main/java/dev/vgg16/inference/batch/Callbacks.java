package dev.vgg16.inference.batch;

import dev.vgg16.service.errors.ServingException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batcher's calls to items and listeners. They run foreign code, so they are never made under the
 * batcher's lock, and everything that it throws is caught and logged.
 */
final class Callbacks {

  private static final Logger logger = LoggerFactory.getLogger(Callbacks.class);

  private final BatcherListener listener;

  Callbacks(BatcherListener listener) {
    this.listener = listener;
  }

  boolean failIfCancelled(BatchItem item) {
    try {
      if (!item.isCancelled()) {
        return false;
      }
    } catch (Throwable e) {
      fail(item, e);
      return true;
    }
    failCancelled(item);
    return true;
  }

  void failCancelled(BatchItem item) {
    notifyListener(BatcherListener::cancelled);
    fail(item, ServingException.cancelled("the call was cancelled or its deadline passed"));
  }

  void fail(BatchItem item, Throwable cause) {
    try {
      item.fail(cause);
    } catch (Throwable e) {
      logger.error("an item's fail() failed: {}", e.toString(), e);
    }
  }

  void parked(BatchItem item) {
    try {
      item.parked();
    } catch (Throwable e) {
      logger.error("an item's parked() failed: {}", e.toString(), e);
    }
  }

  void queued(BatchItem item) {
    try {
      item.queued();
    } catch (Throwable e) {
      logger.error("an item's queued() failed: {}", e.toString(), e);
    }
  }

  void notifyListener(Consumer<BatcherListener> event) {
    try {
      event.accept(listener);
    } catch (Throwable e) {
      logger.error("a listener failed: {}", e.toString(), e);
    }
  }
}
