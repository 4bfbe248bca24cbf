package dev.vgg16.inference.batch;

import dev.vgg16.service.errors.ServingException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batcher's calls to items and listeners, which may do anything: so never under the batcher's
 * lock, and whatever they throw ends here.
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
    drop(item);
    return true;
  }

  void drop(BatchItem item) {
    tell(BatcherListener::cancelled);
    fail(item, ServingException.cancelled("nobody waited for the answer any more"));
  }

  void fail(BatchItem item, Throwable cause) {
    try {
      item.fail(cause);
    } catch (Throwable e) {
      logger.error("an item can't be failed: {}", e.toString(), e);
    }
  }

  void parked(BatchItem item) {
    try {
      item.parked();
    } catch (Throwable e) {
      logger.error("an item can't be told to wait: {}", e.toString(), e);
    }
  }

  void queued(BatchItem item) {
    try {
      item.queued();
    } catch (Throwable e) {
      logger.error("an item can't be told of its place: {}", e.toString(), e);
    }
  }

  void tell(Consumer<BatcherListener> event) {
    try {
      event.accept(listener);
    } catch (Throwable e) {
      logger.error("a listener failed: {}", e.toString(), e);
    }
  }
}
