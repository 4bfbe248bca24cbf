package dev.vgg16.head.scoring;

import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.errors.OneLine;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The maps of one request.
 *
 * @param backbone the id of the backbone that made them
 * @param count how many, at least 1
 * @param form their element type, and whether they are averaged
 * @param data little-endian, one map after the other
 */
public record MapBatch(String backbone, int count, OutputForm form, MapBytes data) {

  private static final int MAX_ID = 100;

  /**
   * Checks that a head can score them.
   *
   * @throws ServingException {@code MISMATCH} or {@code INVALID_INPUT} when it can't
   */
  void check(Head head) {
    HeadManifest manifest = head.manifest();
    if (!manifest.backbone().equals(backbone)) {
      throw ServingException.mismatch(
          "the head %s was made for the maps of backbone %s, and these are of %s"
              .formatted(manifest.id(), manifest.backbone(), truncated(backbone)));
    }
    if (form.pooled() && !manifest.takesPooledMaps()) {
      throw ServingException.mismatch(
          Reason.WHOLE_MAPS_NEEDED,
          "the head %s needs whole maps of %s, and these are pooled"
              .formatted(manifest.id(), head.mapShape()));
    }
    List<Long> shape = rowShape(head);
    long mapBytes = shape.stream().reduce((long) form.type().bytes(), Math::multiplyExact);
    if (data.size() != count * mapBytes) {
      throw ServingException.invalidInput(
          "maps.data",
          "has %,d bytes; %,d %s maps of %s, %,d bytes each, have %,d"
              .formatted(data.size(), count, form.type(), shape, mapBytes, count * mapBytes));
    }
  }

  /**
   * Some of the maps, in memory of their own.
   *
   * @param maps their indices
   */
  public MapBatch copyOf(int[] maps) {
    int bytes = data.size() / count;
    ByteBuffer copy = ByteBuffer.allocate(bytes * maps.length);
    for (int i = 0; i < maps.length; i++) {
      data.copyTo(copy.slice(i * bytes, bytes), maps[i] * bytes);
    }
    return new MapBatch(backbone, maps.length, form, MapBytes.of(List.of(copy)));
  }

  /** The shape in which a head takes one of these maps: height, width, channels. */
  List<Long> rowShape(Head head) {
    return form.pooled() ? head.pooledShape() : head.mapShape();
  }

  /** A status must fit into gRPC's headers. */
  private static String truncated(String id) {
    return OneLine.truncated(id, MAX_ID);
  }
}
