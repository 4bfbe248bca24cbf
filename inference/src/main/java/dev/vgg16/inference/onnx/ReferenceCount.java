package dev.vgg16.inference.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The references to a resource that may be closed while it is in use: one of its owner until {@link
 * #close}, and one of each use. Whoever drops the last one closes the resource. Thread-safe.
 */
public final class ReferenceCount implements AutoCloseable {

  private final Runnable closer;
  private final AtomicInteger references = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param closer closes the resource; called once
   */
  public ReferenceCount(Runnable closer) {
    this.closer = closer;
  }

  /**
   * Adds a reference, which {@link #release} drops.
   *
   * @return false when the owner has closed the resource: then there is nothing to release
   */
  @CheckReturnValue
  public boolean retain() {
    return !closed.get() && references.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Drops a reference. */
  public void release() {
    if (references.decrementAndGet() == 0) {
      closer.run();
    }
  }

  /** Drops the owner's reference. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }
}
