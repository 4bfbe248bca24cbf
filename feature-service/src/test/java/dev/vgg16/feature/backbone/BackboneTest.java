package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.vgg16.serving.onnx.RowBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackboneTest {

  /** The real network: an image's map must not depend on its neighbours. */
  @Test
  void givesAnImageTheSameMapAloneAndInABatch() throws OrtException {
    try (Backbone backbone = Backbones.vgg16();
        RowBuffer in = backbone.newInput(3);
        RowBuffer batch = backbone.newOutput(3);
        RowBuffer alone = backbone.newOutput(1)) {
      FloatBuffer floats = in.floats(3);
      Random random = new Random(3);
      while (floats.hasRemaining()) {
        floats.put(random.nextFloat() * 2 - 1);
      }
      backbone.run(0, in, 3, batch);
      in.move(2, 0);
      backbone.run(0, in, 1, alone);
      assertThat(batch.row(2)).isEqualTo(alone.row(0));
      assertThat(batch.row(0)).isNotEqualTo(alone.row(0));
      assertThat(alone.rowBytes()).isEqualTo(51_200);
    }
  }
}
