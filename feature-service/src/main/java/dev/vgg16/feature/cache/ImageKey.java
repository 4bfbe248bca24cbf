package dev.vgg16.feature.cache;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.vgg16.feature.image.ImageInput;

/**
 * Identifies an image's bytes. With a weaker hash than SHA-256, a client could craft an image that
 * collides with another's.
 *
 * @param form an image file, or pixels
 * @param sha256 of the bytes
 */
record ImageKey(Class<? extends ImageInput> form, HashCode sha256) {

  /** Reads the image once. */
  static ImageKey of(ImageInput input) {
    Hasher hasher = Hashing.sha256().newHasher();
    input.bytes().asReadOnlyByteBufferList().forEach(hasher::putBytes);
    return new ImageKey(input.getClass(), hasher.hash());
  }
}
