package dev.vgg16.feature.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The largest images that are decoded.
 *
 * @param maxBytes of the encoded file
 * @param maxPixels width times height
 */
public record ImageLimits(int maxBytes, long maxPixels) {

  /** 16 MiB. */
  public static final int DEFAULT_MAX_BYTES = 1 << 24;

  /** 8192 x 8192. */
  public static final long DEFAULT_MAX_PIXELS = 1 << 26;

  public static final ImageLimits DEFAULT = new ImageLimits(DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS);

  public ImageLimits {
    checkArgument(maxBytes > 0, "--max-image-bytes must be at least 1, not %s", maxBytes);
    checkArgument(maxPixels > 0, "--max-image-pixels must be at least 1, not %s", maxPixels);
  }
}
