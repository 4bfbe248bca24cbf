package dev.vgg16.bench.relay;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Feature maps of random numbers: float32, little-endian, not negative. */
public final class RandomMaps {

  private static final int FLOATS = 5 * 5 * 512;

  /** Bytes of one map. */
  public static final int BYTES_OF_ONE = FLOATS * Float.BYTES;

  private RandomMaps() {}

  /** One map after another. */
  public static byte[] bytes(int maps) {
    Random random = new Random(maps);
    ByteBuffer data = ByteBuffer.allocate(maps * BYTES_OF_ONE).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat(random.nextFloat());
    }
    return data.array();
  }
}
