package dev.vgg16.feature.pipeline;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The buffers that a backbone run writes the maps of a batch to, one for each form. */
final class BatchMaps implements AutoCloseable {

  private final Map<OutputForm, RowBuffer> all;
  private final Map<OutputForm, RowBuffer> plain;
  private final Map<OutputForm, RowBuffer> forClassify;

  /**
   * @param wire the forms that may be sent to the heads
   */
  BatchMaps(Backbone backbone, int maxBatch, Set<OutputForm> wire) {
    Set<OutputForm> extract = Set.of(OutputForm.PLAIN);
    all = Map.copyOf(Maps.toMap(Sets.union(extract, wire), f -> backbone.newOutput(f, maxBatch)));
    plain = Map.copyOf(Maps.filterKeys(all, extract::contains));
    forClassify = Map.copyOf(Maps.filterKeys(all, wire::contains));
  }

  /** The buffers that these jobs need. */
  Map<OutputForm, RowBuffer> neededBy(List<ImageJob> jobs) {
    boolean wantsPlain =
        jobs.stream().anyMatch(job -> job instanceof ImageJob.Extract || job.leads());
    boolean classify = jobs.stream().anyMatch(ImageJob.Classify.class::isInstance);
    return wantsPlain && classify ? all : wantsPlain ? plain : forClassify;
  }

  /** Copies of these rows, one after the other, in each form that may be sent to the heads. */
  Map<OutputForm, ByteBuffer> copyForClassify(BitSet rows) {
    return Maps.toMap(forClassify.keySet(), form -> copy(in(form), rows));
  }

  private static ByteBuffer copy(RowBuffer from, BitSet rows) {
    ByteBuffer copy = ByteBuffer.allocate(rows.cardinality() * from.rowBytes());
    rows.stream().forEach(row -> copy.put(from.row(row)));
    return copy.flip();
  }

  RowBuffer in(OutputForm form) {
    return requireNonNull(all.get(form), "a form that no run writes");
  }

  @Override
  public void close() {
    all.values().forEach(RowBuffer::close);
  }
}
