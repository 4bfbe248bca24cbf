package dev.vgg16.feature.cache;

/** Called for each image, for metrics. Must not block. */
public interface CacheListener {

  /** Ignores all calls. */
  CacheListener NONE = new CacheListener() {};

  /** The map was in the cache. */
  default void hit() {}

  /** The map is being computed for the same image, and this one waits for it. */
  default void joined() {}

  /** The map must be computed. */
  default void missed() {}

  /** The image was refused because too many wait. */
  default void refused() {}
}
