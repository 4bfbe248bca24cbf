package dev.vgg16.feature.backbone;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.OneLine;
import dev.vgg16.service.errors.ServingException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A loaded backbone: [n, 160, 160, 3] floats in, [n, 5, 5, 512] floats out (for VGG16 at 160x160).
 *
 * <p>On a GPU a run may compute rows behind the first {@code count} too, whatever they hold.
 *
 * <p>Runs of different instances may overlap; each instance should be used by one thread only,
 * since on CUDA memory grows with the threads that call a session.
 */
public final class Backbone implements AutoCloseable {

  private final BackboneManifest manifest;
  private final Precision precision;
  private final ExecutionProvider provider;
  private final Set<OutputForm> forms;
  private final int maxBatch;
  private final Sessions sessions;

  /**
   * @param forms what maps can be had in, beside {@link OutputForm#PLAIN}
   * @param maxBatch most images in a run
   */
  Backbone(
      BackboneManifest manifest,
      Precision precision,
      ExecutionProvider provider,
      Set<OutputForm> forms,
      int maxBatch,
      Sessions sessions) {
    this.manifest = manifest;
    this.precision = precision;
    this.provider = provider;
    this.forms = Set.copyOf(forms);
    this.maxBatch = maxBatch;
    this.sessions = sessions;
  }

  public BackboneManifest manifest() {
    return manifest;
  }

  public Precision precision() {
    return precision;
  }

  public ExecutionProvider provider() {
    return provider;
  }

  /** Most images in a run. */
  public int maxBatch() {
    return maxBatch;
  }

  /** Most runs at a time. */
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
    run(instance, in, count, false, Map.of(OutputForm.PLAIN, out));
  }

  /**
   * Computes the maps of the first {@code count} rows in several forms.
   *
   * @param alone whether it may take all processors, since nothing else is to be done
   * @param out in each of these forms, which were named when it was loaded
   */
  public void run(
      int instance, RowBuffer in, int count, boolean alone, Map<OutputForm, RowBuffer> out)
      throws OrtException {
    sessions.run(instance, count, alone, (session, rows) -> session.run(in, rows, out));
  }

  /**
   * Runs each session, in all forms, so that no request pays for a first run, and a device that
   * lacks memory is known at the start.
   *
   * @throws IllegalStateException when the provider can't run it; the message is one line
   */
  void warmUp() {
    sessions.warmUp(this::firstRuns);
  }

  private void firstRuns(OnnxModel session, List<Integer> sizes) {
    int largest = Collections.max(sizes);
    Map<OutputForm, RowBuffer> out =
        Stream.concat(Stream.of(OutputForm.PLAIN), forms.stream())
            .distinct()
            .collect(Collectors.toMap(form -> form, form -> newOutput(form, largest)));
    try (RowBuffer in = newInput(largest)) {
      for (int rows : sizes) {
        session.run(in, rows, out);
      }
    } catch (ServingException e) {
      throw new IllegalStateException(
          "%s; lower --max-batch (%d) or --instances (%d)%s"
              .formatted(e.getMessage(), maxBatch, instances(), limitOption()),
          e);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "%s can't run the backbone: %s"
              .formatted(provider, OneLine.of(String.valueOf(e.getMessage()))),
          e);
    } finally {
      out.values().forEach(RowBuffer::close);
    }
  }

  private String limitOption() {
    return provider instanceof ExecutionProvider.Cuda cuda && cuda.memoryLimit() > 0
        ? ", or raise --cuda-memory-limit (%d)".formatted(cuda.memoryLimit())
        : "";
  }

  @Override
  public void close() {
    sessions.close();
  }

  private static RowBuffer rows(ElementType type, int capacity, List<Integer> shape) {
    return new RowBuffer(type, capacity, shape.stream().mapToLong(Integer::longValue).toArray());
  }
}
