package dev.vgg16.head.api;

import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import java.util.List;

/** Validates requests and converts them, as far as that needs no head. */
final class ScoreRequests {

  private final int maxBatch;

  ScoreRequests(int maxBatch) {
    this.maxBatch = maxBatch;
  }

  /**
   * The maps of a request.
   *
   * @param data their bytes, in place of those in the message
   * @throws ServingException {@code INVALID_INPUT} when there are none, too many, or of an unknown
   *     type
   */
  MapBatch maps(ScoreRequest request, MapBytes data) {
    if (!request.hasMaps()) {
      throw ServingException.invalidInput("maps", "is missing");
    }
    FeatureMaps maps = request.getMaps();
    // uint32: what is negative here is larger than any limit.
    if (maps.getCount() < 1 || maps.getCount() > maxBatch) {
      throw ServingException.invalidInput(
          "maps.count",
          "is %s; it must be 1 to %,d"
              .formatted(Integer.toUnsignedString(maps.getCount()), maxBatch));
    }
    return new MapBatch(
        maps.getBackbone(), maps.getCount(), new OutputForm(typeOf(maps), isPooled(maps)), data);
  }

  private static ElementType typeOf(FeatureMaps maps) {
    return switch (maps.getDataType()) {
      case DATA_TYPE_FLOAT32 -> ElementType.FLOAT32;
      case DATA_TYPE_FLOAT16 -> ElementType.FLOAT16;
      case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw ServingException.invalidInput(
              "maps.data_type",
              "is %s; it must be DATA_TYPE_FLOAT32 or DATA_TYPE_FLOAT16"
                  .formatted(named(maps.getDataType(), maps.getDataTypeValue())));
    };
  }

  private static boolean isPooled(FeatureMaps maps) {
    return switch (maps.getPooling()) {
      case POOLING_UNSPECIFIED -> false;
      case POOLING_AVERAGE -> true;
      case UNRECOGNIZED ->
          throw ServingException.invalidInput(
              "maps.pooling",
              "is %d; it must be POOLING_AVERAGE, or nothing".formatted(maps.getPoolingValue()));
    };
  }

  private static String named(DataType type, int value) {
    return type == DataType.UNRECOGNIZED ? Integer.toString(value) : type.toString();
  }

  /**
   * The selections: one for all maps, or one for each.
   *
   * @throws ServingException {@code INVALID_INPUT} when their number fits neither
   */
  List<MapSelection> selections(ScoreRequest request) {
    int count = request.getSelectionsCount();
    if (count == 0) {
      return List.of(MapSelection.getDefaultInstance());
    }
    if (count != 1 && count != request.getMaps().getCount()) {
      throw ServingException.invalidInput(
          "selections",
          "has %,d entries for %,d maps; it must have none, one, or one for each map"
              .formatted(count, request.getMaps().getCount()));
    }
    return request.getSelectionsList();
  }

  /**
   * The keys of the maps.
   *
   * @throws ServingException {@code INVALID_INPUT} when their number is not that of the maps
   */
  MapKeys keys(ScoreRequest request, MapBatch maps) {
    int count = request.getRoutingKeysCount();
    if (count == 0) {
      return MapKeys.ofBytes(maps);
    }
    if (count != maps.count()) {
      throw ServingException.invalidInput(
          "routing_keys",
          "has %,d entries for %,d maps; it must have none, or one for each map"
              .formatted(count, maps.count()));
    }
    return MapKeys.given(request.getRoutingKeysList());
  }
}
