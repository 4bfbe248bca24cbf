package dev.vgg16.feature.cache;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The size of the cache.
 *
 * @param bytes 0: there is no cache
 * @param heapBytes the heap, of which the cache may take half; images in flight need the rest
 */
public record CacheOptions(long bytes, long heapBytes) {

  private static final long MEBIBYTE = 1 << 20;

  public CacheOptions {
    checkArgument(bytes >= 0, "--cache-bytes must not be negative, was %s", bytes);
    checkArgument(
        bytes <= heapBytes / 2,
        "--cache-bytes (%s) must be at most half of the heap (%s); JAVA_OPTS=-Xmx%sm makes room",
        bytes,
        heapBytes,
        suitableMebibytes(bytes));
  }

  public boolean isOn() {
    return bytes > 0;
  }

  /** Twice the cache and a tenth more, since a JVM does not count all of -Xmx as heap. */
  private static long suitableMebibytes(long bytes) {
    return (long) (2.2 * bytes) / MEBIBYTE + 1;
  }
}
