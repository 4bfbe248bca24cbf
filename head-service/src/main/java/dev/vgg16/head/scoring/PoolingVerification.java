package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.RowBuffer;
import java.nio.FloatBuffer;
import java.util.Random;

/** Verifies that a head gives averaged maps the scores of the whole ones. */
final class PoolingVerification {

  private static final int MAPS = 8;

  /** Relative to scores above 1, which heads without a softmax may have. */
  private static final float TOLERANCE = 1e-4f;

  private PoolingVerification() {}

  /**
   * Compares the scores of random maps.
   *
   * @throws ManifestException when they differ
   */
  static void verify(Head head) throws OrtException {
    int channels = Math.toIntExact(head.mapShape().get(2));
    try (RowBuffer whole = new RowBuffer(MAPS, Head.shapeOf(head.mapShape()));
        RowBuffer pooled = new RowBuffer(MAPS, Head.shapeOf(head.pooledShape()));
        RowBuffer ofWhole = new RowBuffer(MAPS, head.classes());
        RowBuffer ofPooled = new RowBuffer(MAPS, head.classes())) {
      fill(whole);
      for (int map = 0; map < MAPS; map++) {
        average(whole.row(map).asFloatBuffer(), channels, pooled.row(map).asFloatBuffer());
      }
      head.run(whole, MAPS, ofWhole);
      head.run(pooled, MAPS, ofPooled);
      requireEqual(head, ofWhole.floats(MAPS), ofPooled.floats(MAPS));
    }
  }

  /** Not negative, as after a backbone's last ReLU; later maps have larger numbers. */
  private static void fill(RowBuffer maps) {
    Random random = new Random(1);
    for (int map = 0; map < MAPS; map++) {
      FloatBuffer floats = maps.row(map).asFloatBuffer();
      while (floats.hasRemaining()) {
        floats.put((float) Math.scalb(random.nextDouble(), map - MAPS / 2));
      }
    }
  }

  private static void average(FloatBuffer map, int channels, FloatBuffer means) {
    double[] sums = new double[channels];
    for (int i = 0; i < map.limit(); i++) {
      sums[i % channels] += map.get(i);
    }
    int cells = map.limit() / channels;
    for (double sum : sums) {
      means.put((float) (sum / cells));
    }
  }

  private static void requireEqual(Head head, FloatBuffer ofWhole, FloatBuffer ofPooled) {
    for (int i = 0; i < ofWhole.limit(); i++) {
      float difference = Math.abs(ofWhole.get(i) - ofPooled.get(i));
      // Negated, so that NaN fails too.
      if (!(difference <= TOLERANCE * Math.max(1, Math.abs(ofWhole.get(i))))) {
        throw new ManifestException(
            "%s: \"pooling\" in head.json says that averaged maps are scored as whole ones, and the scores differ by %.1e; leave it out"
                .formatted(head.manifest().model().path(), difference));
      }
    }
  }
}
