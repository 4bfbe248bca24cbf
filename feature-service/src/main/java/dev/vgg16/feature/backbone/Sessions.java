package dev.vgg16.feature.backbone;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import dev.vgg16.inference.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a backbone, and which of them a run goes to.
 *
 * <p>An instance has one session for batches of any size, or one for each of some sizes; a batch of
 * another size is then padded to the next one, as with TensorFlow Serving's {@code
 * allowed_batch_sizes}. Thread-safe.
 */
final class Sessions implements AutoCloseable {

  /** The key of a session for batches of any size. */
  private static final int ANY_SIZE = Integer.MAX_VALUE;

  private final List<NavigableMap<Integer, OnnxModel>> byInstance;
  private final @Nullable OnnxModel alone;
  private final List<Integer> firstSizes;

  /** What is done with a session. */
  interface Run {
    /**
     * @param rows how many to run, the padding included
     */
    void on(OnnxModel session, int rows) throws OrtException;
  }

  /** The first runs of a session, one for each of some batch sizes. */
  interface WarmUp {
    void of(OnnxModel session, List<Integer> sizes);
  }

  private Sessions(
      List<NavigableMap<Integer, OnnxModel>> byInstance,
      @Nullable OnnxModel alone,
      List<Integer> firstSizes) {
    this.byInstance = byInstance;
    this.alone = alone;
    this.firstSizes = List.copyOf(firstSizes);
  }

  /**
   * Sessions for batches of any size.
   *
   * @param byInstance the session of each instance; one session may serve several
   * @param alone for a run while nothing else is to be done; null: its instance's own
   * @param firstSizes the sizes whose first run does what later ones need not
   */
  static Sessions ofAnySize(
      List<OnnxModel> byInstance, @Nullable OnnxModel alone, List<Integer> firstSizes) {
    return new Sessions(
        byInstance.stream()
            .<NavigableMap<Integer, OnnxModel>>map(
                session -> new TreeMap<>(Map.of(ANY_SIZE, session)))
            .toList(),
        alone,
        firstSizes);
  }

  /**
   * Sessions for some batch sizes.
   *
   * @param byInstance the sessions of each instance, by batch size
   */
  static Sessions bySize(List<Map<Integer, OnnxModel>> byInstance) {
    return new Sessions(
        byInstance.stream().<NavigableMap<Integer, OnnxModel>>map(TreeMap::new).toList(),
        null,
        List.of());
  }

  int instances() {
    return byInstance.size();
  }

  /**
   * Runs a batch.
   *
   * @param count rows of the batch
   * @param isAlone whether nothing else is to be done
   */
  void run(int instance, int count, boolean isAlone, Run run) throws OrtException {
    if (isAlone && alone != null) {
      run.on(alone, count);
    } else {
      runOn(byInstance.get(instance), count, run);
    }
  }

  private static void runOn(NavigableMap<Integer, OnnxModel> sessions, int count, Run run)
      throws OrtException {
    Map.Entry<Integer, OnnxModel> session =
        requireNonNull(sessions.ceilingEntry(count), "a batch larger than the largest");
    run.on(session.getValue(), session.getKey() == ANY_SIZE ? count : session.getKey());
  }

  /**
   * Warms up each session, for the batch size that it is for, or for each whose first run counts.
   * Sessions for batches of any size are warmed up at the same time.
   */
  void warmUp(WarmUp warmUp) {
    List<Supplier<OnnxModel>> atOnce = new ArrayList<>();
    all()
        .forEach(
            (session, size) -> {
              if (size == ANY_SIZE) {
                atOnce.add(
                    () -> {
                      warmUp.of(session, firstSizes);
                      return session;
                    });
              } else {
                warmUp.of(session, List.of(size));
              }
            });
    StartStep.runAll("warm-up", atOnce);
  }

  /** Each session once, with its batch size. */
  private Map<OnnxModel, Integer> all() {
    Map<OnnxModel, Integer> all = new LinkedHashMap<>();
    byInstance.forEach(sessions -> sessions.forEach((size, session) -> all.put(session, size)));
    if (alone != null) {
      all.put(alone, ANY_SIZE);
    }
    return Collections.unmodifiableMap(all);
  }

  @Override
  public void close() {
    all().keySet().forEach(OnnxModel::close);
  }
}
