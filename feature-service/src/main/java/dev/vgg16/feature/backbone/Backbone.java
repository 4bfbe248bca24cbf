package dev.vgg16.feature.backbone;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.Device;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A loaded backbone: [n, 160, 160, 3] floats in, [n, 5, 5, 512] floats out (for VGG16 at 160x160).
 *
 * <p>Runs of different instances may overlap; each instance should be used by one thread only,
 * since on CUDA memory grows with the threads that call a session.
 */
public final class Backbone implements AutoCloseable {

  private final BackboneManifest manifest;
  private final Precision precision;
  private final Device device;
  private final Set<OutputForm> forms;
  private final Sessions sessions;

  /**
   * @param forms what maps can be had in, beside {@link OutputForm#PLAIN}
   */
  Backbone(
      BackboneManifest manifest,
      Precision precision,
      Device device,
      Set<OutputForm> forms,
      Sessions sessions) {
    this.manifest = manifest;
    this.precision = precision;
    this.device = device;
    this.forms = Set.copyOf(forms);
    this.sessions = sessions;
  }

  public BackboneManifest manifest() {
    return manifest;
  }

  public Precision precision() {
    return precision;
  }

  public Device device() {
    return device;
  }

  /** How many runs may be under way at a time. */
  public int instances() {
    return sessions.instances();
  }

  /** Memory for the inputs of a batch. */
  public RowBuffer newInput(int maxBatch) {
    return rows(ElementType.FLOAT32, maxBatch, manifest.inputShape());
  }

  /** Memory for the maps of a batch. */
  public RowBuffer newOutput(int maxBatch) {
    return newOutput(OutputForm.PLAIN, maxBatch);
  }

  /** Memory for the maps of a batch in another form: whole, or pooled [channels]. */
  public RowBuffer newOutput(OutputForm form, int maxBatch) {
    List<Integer> shape = manifest.outputShape();
    return rows(form.type(), maxBatch, form.pooled() ? shape.subList(2, 3) : shape);
  }

  /** Computes the maps of the first {@code count} rows. */
  public void run(int instance, RowBuffer in, int count, RowBuffer out) throws OrtException {
    sessions.run(instance, session -> session.run(in, count, out));
  }

  /** As above, in each of these forms, which were named when it was loaded. */
  public void run(int instance, RowBuffer in, int count, Map<OutputForm, RowBuffer> out)
      throws OrtException {
    sessions.run(instance, session -> session.run(in, count, out));
  }

  /**
   * Runs each session, in all forms, so that no request pays for a first run: on a GPU every batch
   * size, since convolution algorithms are chosen for each; on a CPU, where they are not, a single
   * image.
   */
  public void warmUp(int maxBatch) throws OrtException {
    int largest = device instanceof Device.Cuda ? maxBatch : 1;
    Map<OutputForm, RowBuffer> out =
        Stream.concat(Stream.of(OutputForm.PLAIN), forms.stream())
            .distinct()
            .collect(Collectors.toMap(form -> form, form -> newOutput(form, largest)));
    try (RowBuffer in = newInput(largest)) {
      for (OnnxModel session : sessions.all()) {
        for (int count = 1; count <= largest; count++) {
          session.run(in, count, out);
        }
      }
    } finally {
      out.values().forEach(RowBuffer::close);
    }
  }

  @Override
  public void close() {
    sessions.close();
  }

  private static RowBuffer rows(ElementType type, int capacity, List<Integer> shape) {
    return new RowBuffer(type, capacity, shape.stream().mapToLong(Integer::longValue).toArray());
  }
}
