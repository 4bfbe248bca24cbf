package dev.vgg16.head.scoring;

import ai.onnxruntime.platform.Fp16Conversions;
import com.google.protobuf.ByteString;
import dev.vgg16.head.registry.FolderSync;
import dev.vgg16.head.registry.HeadFolder;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/** The small heads of make_heads.py, and their expected scores. */
public final class TinyHeads {

  public static final Path FOLDER = Path.of("src", "test", "resources", "heads");

  /** Floats of one map, 1x2x3. */
  private static final int FLOATS = 6;

  private TinyHeads() {}

  public static HeadRegistry load() {
    return FolderSync.load(
            new HeadFolder(FOLDER),
            Optional.of("three"),
            new OpenModels(),
            FolderSync.Listener.NONE)
        .registry();
  }

  /** Maps of backbone "tiny"; a seed always gives the same one. */
  public static FeatureMaps maps(int... seeds) {
    ByteBuffer data = ByteBuffer.allocate(seeds.length * FLOATS * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int seed : seeds) {
      for (int i = 0; i < FLOATS; i++) {
        data.putFloat(value(seed, i));
      }
    }
    return FeatureMaps.newBuilder()
        .setBackbone("tiny")
        .setDataType(DataType.DATA_TYPE_FLOAT32)
        .setCount(seeds.length)
        .setData(ByteString.copyFrom(data.array()))
        .build();
  }

  /** The same maps as float16. */
  public static FeatureMaps float16(FeatureMaps maps) {
    ByteBuffer floats = maps.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer data = ByteBuffer.allocate(floats.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      data.putShort(Fp16Conversions.floatToFp16(floats.getFloat()));
    }
    return maps.toBuilder()
        .setDataType(DataType.DATA_TYPE_FLOAT16)
        .setData(ByteString.copyFrom(data.array()))
        .build();
  }

  /** The same maps, averaged over their two cells. */
  public static FeatureMaps averaged(FeatureMaps maps) {
    ByteBuffer floats = maps.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer means = ByteBuffer.allocate(floats.remaining() / 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int map = 0; map < maps.getCount(); map++) {
      for (int channel = 0; channel < 3; channel++) {
        int at = (map * 6 + channel) * Float.BYTES;
        means.putFloat((floats.getFloat(at) + floats.getFloat(at + 3 * Float.BYTES)) / 2);
      }
    }
    return maps.toBuilder().setData(ByteString.copyFrom(means.array())).build();
  }

  private static float value(int seed, int i) {
    return (float) Math.cos(seed * 5 + i);
  }

  /** Softmax over the classes of the head with this offset, computed here. */
  public static double[] expected(int seed, int classes, double offset) {
    double[] scores = new double[classes];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      double logit = c / 10.0;
      for (int i = 0; i < FLOATS; i++) {
        logit += value(seed, i) * Math.sin(i * 7 + c * 3 + offset);
      }
      scores[c] = Math.exp(logit);
      sum += scores[c];
    }
    for (int c = 0; c < classes; c++) {
      scores[c] /= sum;
    }
    return scores;
  }
}
