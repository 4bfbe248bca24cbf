package dev.vgg16.feature.pipeline;

import com.google.protobuf.ByteString;

/**
 * The jobs that wait for the map of their leader, a job with the same image. Called from the
 * batcher's threads.
 */
public interface Waiters {

  /** Of a job that leads none. */
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
   * Whether all of them are cancelled. Once true, stays true: no job joins them then. Does not
   * block.
   */
  boolean areAllCancelled();

  /**
   * The map was computed.
   *
   * @param map float32 little-endian, [height, width, channels]
   */
  void computed(ByteString map);

  /** The leader failed; without effect when the map was computed before. */
  void failed(Throwable cause);
}
