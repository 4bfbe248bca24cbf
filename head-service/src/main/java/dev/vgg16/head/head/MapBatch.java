package dev.vgg16.head.head;

import com.google.protobuf.ByteString;
import dev.vgg16.serving.fault.ServingException;

/**
 * The maps of one request.
 *
 * @param backbone the id of the backbone that made them
 * @param count how many, at least 1
 * @param data float32 little-endian, one map after the other
 */
public record MapBatch(String backbone, int count, ByteString data) {

  private static final int MAX_ID = 100;

  /**
   * Whether a head can score them.
   *
   * @throws ServingException {@code MISMATCH} or {@code INVALID_INPUT} when it can't
   */
  void check(Head head) {
    HeadManifest manifest = head.manifest();
    if (!manifest.backbone().equals(backbone)) {
      throw ServingException.mismatch(
          "the head %s was made for the maps of backbone %s, and these are of %s"
              .formatted(manifest.id(), manifest.backbone(), cut(backbone)));
    }
    long mapBytes = head.mapBytes();
    if (data.size() != count * mapBytes) {
      throw ServingException.invalidInput(
          "maps.data",
          "has %,d bytes; %,d float32 maps of %s, %,d bytes each, have %,d"
              .formatted(data.size(), count, head.mapShape(), mapBytes, count * mapBytes));
    }
  }

  /** An id of ours is short, and a status must fit into gRPC's headers. */
  private static String cut(String id) {
    return id.length() <= MAX_ID ? id : id.substring(0, MAX_ID) + "...";
  }

  /** The bytes of one map. */
  ByteString map(int index) {
    int size = data.size() / count;
    return data.substring(index * size, (index + 1) * size);
  }
}
