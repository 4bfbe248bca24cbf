package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.v1.FeatureMaps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The cast of these tests writes one number, or fails; two heads use the same maps. */
class InputBuffersTest {

  private static final float CAST = 7;

  @AutoClose private final Head two = load("two/1");
  @AutoClose private final Head three = load("three/1");
  private final List<RowBuffer> from = new ArrayList<>();
  private final List<RowBuffer> to = new ArrayList<>();
  private final InputBuffers buffers = new InputBuffers(4, this::cast);
  private RuntimeException defect;

  private static Head load(String version) {
    return Head.load(HeadManifest.read(TinyHeads.FOLDER.resolve(version)), new OpenModels());
  }

  private void cast(RowBuffer float16, int count, RowBuffer float32) {
    from.add(float16);
    to.add(float32);
    if (defect != null) {
      throw defect;
    }
    float32.row(0).putFloat(0, CAST);
  }

  private InputBuffers.Lease lease() {
    FeatureMaps maps = TinyHeads.float16(TinyHeads.maps(1, 2));
    return buffers.lease(
        new MapBatch(
            maps.getBackbone(),
            maps.getCount(),
            new OutputForm(ElementType.FLOAT16, false),
            MapBytes.of(maps.getData())));
  }

  @Test
  void castsOnceForAllHeads() throws Exception {
    try (InputBuffers.Lease lease = lease()) {
      RowBuffer whole = lease.fill(two, new int[] {0, 1});
      assertThat(lease.fill(three, new int[] {0, 1})).isSameAs(whole);
      assertThat(lease.fill(three, new int[] {0}).row(0).getFloat(0)).isEqualTo(CAST);
      assertThat(to).containsExactly(whole);
    }
  }

  /** If the float16 were read as float32, the next head would silently compute wrong scores. */
  @Test
  void castsAgainForTheNextHeadWhenItFailedForTheFirst() throws Exception {
    try (InputBuffers.Lease lease = lease()) {
      defect = new IllegalStateException("broken");
      assertThatThrownBy(() -> lease.fill(two, new int[] {0})).isSameAs(defect);
      assertThatThrownBy(() -> lease.fill(three, new int[] {0})).isSameAs(defect);
      defect = null;
      assertThat(lease.fill(three, new int[] {0}).row(0).getFloat(0)).isEqualTo(CAST);
    }
  }

  @Test
  void returnsItsBufferWhenACastFails() throws Exception {
    defect = new IllegalStateException("broken");
    try (InputBuffers.Lease lease = lease()) {
      assertThatThrownBy(() -> lease.fill(two, new int[] {0, 1})).isSameAs(defect);
    }
    defect = null;
    try (InputBuffers.Lease lease = lease()) {
      RowBuffer unused = lease.fill(two, new int[] {0, 1});
    }
    assertThat(from).hasSize(2);
    assertThat(from.get(1)).isSameAs(from.get(0));
    assertThat(to.get(1)).isSameAs(to.get(0));
  }
}
