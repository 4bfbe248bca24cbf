package dev.vgg16.feature.cache;

import static com.google.common.base.Preconditions.checkArgument;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Maps by image, up to a number of bytes. Those that are used often stay: a new one replaces one
 * that is used as seldom (W-TinyLFU). Thread-safe.
 */
public final class MapStore {

  /** The size of an entry beside its map: key, digest and object headers. */
  static final int ENTRY_BYTES = 256;

  private final int mapBytes;
  private final Cache<ImageKey, ByteString> maps;

  /**
   * @param maxBytes of all entries
   * @param mapBytes the size of a map; all have the same
   * @throws IllegalArgumentException when not one map fits
   */
  public MapStore(long maxBytes, int mapBytes) {
    long capacity = maxBytes / (mapBytes + ENTRY_BYTES);
    checkArgument(
        capacity > 0,
        "--cache-bytes must be 0, or at least %s for one feature map, not %s",
        mapBytes + ENTRY_BYTES,
        maxBytes);
    this.mapBytes = mapBytes;
    this.maps =
        Caffeine.newBuilder()
            .maximumSize(capacity)
            // Evicts within the call that adds, so that the memory is never exceeded for long.
            .executor(Runnable::run)
            .build();
  }

  /** The map of an image; null when it is not stored. */
  @Nullable ByteString get(ImageKey key) {
    return maps.getIfPresent(key);
  }

  void put(ImageKey key, ByteString map) {
    checkArgument(map.size() == mapBytes, "a map has %s bytes, not %s", mapBytes, map.size());
    maps.put(key, map);
  }

  /** How many maps are stored. */
  long entries() {
    return maps.estimatedSize();
  }

  /** Their size. */
  long bytes() {
    return entries() * (mapBytes + ENTRY_BYTES);
  }
}
