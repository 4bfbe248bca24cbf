package dev.vgg16.feature.cache;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.vgg16.feature.image.ImageInput;

/**
 * What two images must have in common to have the same map. SHA-256, since with a weaker hash one
 * caller could make an image that takes another's place.
 *
 * @param form an image file, or pixels
 * @param sha256 of the bytes
 */
record ImageKey(Class<? extends ImageInput> form, HashCode sha256) {

  /** Reads all of the image, once. */
  static ImageKey of(ImageInput input) {
    Hasher hasher = Hashing.sha256().newHasher();
    input.bytes().asReadOnlyByteBufferList().forEach(hasher::putBytes);
    return new ImageKey(input.getClass(), hasher.hash());
  }
}
