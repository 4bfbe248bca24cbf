package dev.vgg16.client;

import com.google.protobuf.ByteString;

/**
 * Supplies the image of each item that {@link StreamUploader} sends, when its turn comes; again
 * when the item is resent.
 *
 * @param <K> an item, such as a path or a key
 */
public interface ItemSource<K> {

  /**
   * Reads an item's image.
   *
   * @throws UnusableItemException when this item has none; the others are still sent
   */
  ByteString read(K item) throws UnusableItemException;
}
