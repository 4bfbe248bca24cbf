package dev.vgg16.feature.pipeline;

import dev.vgg16.inference.onnx.OutputForm;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Feature maps to send to the heads, with their bytes where the backbone wrote them: a protobuf
 * message could only hold a copy on the heap.
 *
 * @param backbone the id of the backbone that computed them
 * @param form of each map
 * @param count of maps
 * @param data one after the other; a map never spans two buffers
 * @param traceparents one for each map, empty for a map that is not traced; none where no map is
 * @param routingKeys one for each map, or none
 */
public record MapsMessage(
    String backbone,
    OutputForm form,
    int count,
    List<ByteBuffer> data,
    List<String> traceparents,
    List<Long> routingKeys) {

  public MapsMessage {
    data = List.copyOf(data);
    traceparents = List.copyOf(traceparents);
    routingKeys = List.copyOf(routingKeys);
  }

  /** Maps that are not traced, and have no keys. */
  public MapsMessage(String backbone, OutputForm form, int count, List<ByteBuffer> data) {
    this(backbone, form, count, data, List.of(), List.of());
  }

  MapsMessage with(List<String> traceparentsOfMaps, List<Long> routingKeysOfMaps) {
    return new MapsMessage(backbone, form, count, data, traceparentsOfMaps, routingKeysOfMaps);
  }
}
