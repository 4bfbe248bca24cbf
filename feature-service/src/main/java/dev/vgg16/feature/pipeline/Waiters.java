package dev.vgg16.feature.pipeline;

import com.google.protobuf.ByteString;

/**
 * Others with the same image, who wait for the map of the job that leads them. Told from the
 * batcher's threads.
 */
public interface Waiters {

  /** Of a job that nothing else waits for. */
  Waiters NONE =
      new Waiters() {
        @Override
        public boolean areAllCancelled() {
          return true;
        }

        @Override
        public void computed(ByteString map) {}

        @Override
        public void failed(Throwable cause) {}
      };

  /**
   * Whether none of them waits any more. Once true, stays true: nobody joins them then. Answers at
   * once.
   */
  boolean areAllCancelled();

  /**
   * The map is there.
   *
   * @param map float32 little-endian, [height, width, channels]
   */
  void computed(ByteString map);

  /** There will be no map; without effect when there is one already. */
  void failed(Throwable cause);
}
