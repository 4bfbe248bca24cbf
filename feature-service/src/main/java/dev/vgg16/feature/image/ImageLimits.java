package dev.vgg16.feature.image;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * What is too large to be decoded.
 *
 * @param maxBytes of the encoded file
 * @param maxPixels width times height
 */
public record ImageLimits(int maxBytes, long maxPixels) {
  public ImageLimits {
    checkArgument(maxBytes > 0, "max-image-bytes must be at least 1, not %s", maxBytes);
    checkArgument(maxPixels > 0, "max-image-pixels must be at least 1, not %s", maxPixels);
  }
}
