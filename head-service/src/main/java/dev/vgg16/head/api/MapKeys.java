package dev.vgg16.head.api;

import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import java.util.List;

/** The keys of the maps of a request: what decides which version of a head scores a map. */
@FunctionalInterface
interface MapKeys {

  /**
   * @param map its index in the batch
   */
  long of(int map);

  /** Those that the request has. */
  static MapKeys given(List<Long> keys) {
    return keys::get;
  }

  /** Of maps that came without: the same map has the same key. */
  static MapKeys ofBytes(MapBatch batch) {
    MapBytes data = batch.data();
    int bytes = data.size() / batch.count();
    return map -> data.crc32c(map * bytes, bytes);
  }
}
