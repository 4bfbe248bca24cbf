package dev.vgg16.client;

import java.util.List;
import java.util.function.Consumer;

/**
 * Sends items on one stream and reports the outcome of each exactly once, in the order of the
 * responses. Only the images of items in flight are in memory.
 *
 * <p>When the stream fails with UNAVAILABLE or ABORTED (a service that stops, a lost connection),
 * it is opened again and the items without a response are resent; after five failures without a
 * response in between, the items that are left fail. An item that the service refuses with
 * RESOURCE_EXHAUSTED is resent after a pause, until its timeout. gRPC's threads only put events
 * into a queue; everything else runs on the thread that calls {@link #run}.
 *
 * @param <K> an item
 * @param <Q> an item's request
 * @param <A> an item's response
 * @param <R> the result in a response
 */
public record StreamUploader<K, Q, A, R>(
    StreamMethod<Q, A, R> method, ItemSource<K> source, UploadOptions options, Clock clock) {

  /** With the default options and the system's clock. */
  public StreamUploader(StreamMethod<Q, A, R> method, ItemSource<K> source) {
    this(method, source, UploadOptions.DEFAULT, Clock.SYSTEM);
  }

  /**
   * Sends the items.
   *
   * @param onResult called for each item, on this thread
   */
  public void run(List<K> items, Consumer<UploadResult<K, R>> onResult)
      throws InterruptedException {
    new UploadRun<>(this, items, onResult).run();
  }
}
