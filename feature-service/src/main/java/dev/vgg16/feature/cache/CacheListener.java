package dev.vgg16.feature.cache;

/** Told what becomes of each image, for metrics. Must be quick. */
public interface CacheListener {

  /** Hears nothing. */
  CacheListener NONE = new CacheListener() {};

  /** The map was there. */
  default void hit() {}

  /** The map was being made, and the image waits for it. */
  default void joined() {}

  /** The map must be made. */
  default void missed() {}

  /** The image was refused because too many wait. */
  default void refused() {}
}
