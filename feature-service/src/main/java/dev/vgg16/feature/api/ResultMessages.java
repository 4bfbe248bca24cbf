package dev.vgg16.feature.api;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.Timing;
import java.util.concurrent.TimeUnit;

/** Results as messages of the contract. */
final class ResultMessages {

  private ResultMessages() {}

  static ClassifyResponse classified(HeadScoresList scores, StageTimes times) {
    return ClassifyResponse.newBuilder()
        .addAllHeads(scores.getHeadsList())
        .setTiming(timing(times))
        .build();
  }

  /**
   * @param backbone the id of the backbone
   * @param map float32 little-endian, [height, width, channels]
   */
  static ExtractResponse extracted(String backbone, ByteString map, StageTimes times) {
    FeatureMaps.Builder maps =
        FeatureMaps.newBuilder()
            .setBackbone(backbone)
            .setDataType(DataType.DATA_TYPE_FLOAT32)
            .setCount(1)
            .setData(map);
    return ExtractResponse.newBuilder().setMaps(maps).setTiming(timing(times)).build();
  }

  private static Timing timing(StageTimes times) {
    return Timing.newBuilder()
        .setDecodeUs(micros(times.decode()))
        .setQueueUs(micros(times.queue()))
        .setBackboneUs(micros(times.backbone()))
        .setHeadUs(micros(times.head()))
        .setCached(times.isCached())
        .build();
  }

  private static int micros(long nanos) {
    return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos)));
  }
}
