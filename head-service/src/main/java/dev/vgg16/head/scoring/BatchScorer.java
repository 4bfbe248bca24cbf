package dev.vgg16.head.scoring;

import ai.onnxruntime.OrtException;
import com.google.rpc.Status;
import dev.vgg16.inference.onnx.Float32Cast;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.StatusRuntimeException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Scores a batch of maps: one run a head, over just the maps that ask for it. Runs on the caller's
 * thread. Thread-safe.
 */
public final class BatchScorer implements AutoCloseable {

  private final HeadSource heads;
  private final ScoreListener listener;
  private final MapListener mapListener;
  private final Float32Cast cast = new Float32Cast();
  private final InputBuffers inputs;
  private final ResponseLimits limits;

  /** Told what was scored, for metrics. */
  public interface ScoreListener {

    /** Hears nothing. */
    ScoreListener NONE = (head, maps, nanos) -> {};

    /** A head scored this many maps in one run. */
    void scored(HeadManifest head, int maps, long nanos);

    /** What was asked for beside the scores of one map is there, such as a heat map. */
    default void extrasAdded() {}
  }

  /** Shown what was scored, to judge it. */
  @FunctionalInterface
  public interface MapListener {

    /** Sees nothing. */
    MapListener NONE = (head, maps, count) -> {};

    /**
     * A head scored the first {@code count} of these maps, float32, whole or averaged.
     *
     * @param maps not to be read after this call
     */
    void scored(HeadManifest head, RowBuffer maps, int count);
  }

  /** What a head made of its maps: an entry for each map that asked for it, or a failure. */
  private record Outcome(Map<Integer, HeadScores> byMap, Optional<Status> failure) {}

  /**
   * @param maxBatch the most maps in a batch
   */
  public BatchScorer(HeadSource heads, ScoreListener listener, int maxBatch) {
    this(heads, listener, MapListener.NONE, maxBatch);
  }

  /**
   * @param maxBatch the most maps in a batch
   */
  public BatchScorer(
      HeadSource heads, ScoreListener listener, MapListener mapListener, int maxBatch) {
    this(heads, listener, mapListener, maxBatch, ResponseLimits.CONTRACT);
  }

  BatchScorer(
      HeadSource heads,
      ScoreListener listener,
      MapListener mapListener,
      int maxBatch,
      ResponseLimits limits) {
    this.limits = limits;
    this.heads = heads;
    this.listener = listener;
    this.mapListener = mapListener;
    this.inputs = new InputBuffers(maxBatch, cast::run);
  }

  /**
   * Scores a batch.
   *
   * @param selections one for each map, or a single one for all
   * @return for each map its scores, or why there are none
   * @throws StatusRuntimeException when the single selection for all maps fails altogether, with
   *     the first head's failure
   * @throws ServingException {@code INVALID_INPUT} when the answer would be too large
   */
  public ScoreResponse score(MapBatch batch, List<MapSelection> selections) {
    List<HeadSelection> selected = selections.stream().map(HeadSelection::of).toList();
    try (ScorePlan plan = ScorePlan.of(heads, limits, batch.count(), selected)) {
      if (selected.size() == 1) {
        plan.refusal(0).ifPresent(BatchScorer::throwAs);
      }
      Map<String, Outcome> outcomes = runAll(batch, selected, plan);
      if (selected.size() == 1) {
        throwIfAllFailed(selected.get(0), outcomes);
      }
      return response(batch, selected, plan, outcomes);
    }
  }

  /**
   * Whether a graph that explains has to be loaded before this can be scored. Costs next to
   * nothing.
   */
  public boolean hasToLoad(List<MapSelection> selections) {
    for (MapSelection selection : selections) {
      if (selection.hasExplain()
          && HeadSelection.of(selection).heads().stream().anyMatch(this::hasToLoad)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasToLoad(String id) {
    try {
      Head head = heads.acquire(id);
      try {
        return head.explainer().map(explainer -> !explainer.isOpen()).orElse(false);
      } finally {
        head.release();
      }
    } catch (ServingException e) {
      // There is no such head; to score it says so.
      return false;
    }
  }

  private ScoreResponse response(
      MapBatch batch, List<HeadSelection> selected, ScorePlan plan, Map<String, Outcome> outcomes) {
    ScoreResponse.Builder response = ScoreResponse.newBuilder();
    long bytes = 0;
    for (int map = 0; map < batch.count(); map++) {
      int selection = selected.size() == 1 ? 0 : map;
      MapScores scores =
          plan.refusal(selection).isPresent()
              ? MapScores.newBuilder().setError(plan.refusal(selection).get()).build()
              : scores(map, selected.get(selection), outcomes);
      // Failures may take more than the scores that they are in place of.
      bytes += scores.getSerializedSize();
      limits.check(bytes);
      response.addMaps(scores);
    }
    return response.build();
  }

  @Override
  public void close() {
    cast.close();
  }

  private Map<String, Outcome> runAll(
      MapBatch batch, List<HeadSelection> selected, ScorePlan plan) {
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    try (InputBuffers.Lease input = inputs.lease(batch)) {
      plan.forEach((name, planned) -> outcomes.put(name, run(planned, batch, selected, input)));
    }
    return outcomes;
  }

  private Outcome run(
      ScorePlan.Planned planned,
      MapBatch batch,
      List<HeadSelection> selected,
      InputBuffers.Lease input) {
    if (planned.head().isEmpty()) {
      return new Outcome(Map.of(), Optional.of(planned.failure()));
    }
    Head head = planned.head().get();
    int[] maps = planned.maps();
    if (maps.length == 0) {
      // Asked for by those alone who ask for too much.
      return new Outcome(Map.of(), Optional.empty());
    }
    try {
      batch.check(head);
      if (selected.size() == 1) {
        // What no map can have, the head need not run for.
        OptionalOutputs.check(head, batch, selected.get(0));
      }
      return new Outcome(run(head, batch, maps, selected, input), Optional.empty());
    } catch (OrtException | RuntimeException e) {
      return new Outcome(Map.of(), Optional.of(Statuses.toProto(e)));
    }
  }

  private Map<Integer, HeadScores> run(
      Head head, MapBatch batch, int[] maps, List<HeadSelection> selected, InputBuffers.Lease input)
      throws OrtException {
    RowBuffer output = head.takeOutput(maps.length);
    RowBuffer rows = input.fill(head, maps);
    try (OptionalOutputs extras = new OptionalOutputs(head, batch, rows, maps)) {
      long start = System.nanoTime();
      head.run(rows, maps.length, output);
      listener.scored(head.manifest(), maps.length, System.nanoTime() - start);
      mapListener.scored(head.manifest(), rows, maps.length);
      FloatBuffer scores = output.floats(maps.length);
      Map<Integer, HeadScores> byMap = new LinkedHashMap<>();
      for (int row = 0; row < maps.length; row++) {
        HeadSelection selection = selected.get(selected.size() == 1 ? 0 : maps[row]);
        HeadScores of = scoresOf(head, maps[row], scores, row * head.classes(), selection.topK());
        byMap.put(maps[row], of.hasError() ? of : withExtras(of, head, extras, row, selection));
      }
      return byMap;
    } finally {
      head.giveBackOutput(output);
    }
  }

  /** Infinities and NaN in a map come out as scores that are no numbers, and would rank as best. */
  private static HeadScores scoresOf(Head head, int map, FloatBuffer scores, int offset, int topK) {
    HeadManifest manifest = head.manifest();
    if (Ranking.areFinite(scores, offset, head.classes())) {
      return Ranking.best(manifest, scores, offset, topK);
    }
    return failed(
        manifest.id(),
        Statuses.toProto(
            ServingException.invalidInput(
                "maps.data",
                "map %d: the scores of %s are not finite numbers; the map's floats must be finite, and of a size that a backbone makes"
                    .formatted(map, manifest.id()))));
  }

  /** What was asked for beside the scores fails that map alone. */
  private HeadScores withExtras(
      HeadScores scores, Head head, OptionalOutputs extras, int row, HeadSelection selection) {
    try {
      HeadScores all = extras.add(scores, row, selection);
      if (selection.novelty() || selection.explain().isPresent()) {
        listener.extrasAdded();
      }
      return all;
    } catch (OrtException | RuntimeException e) {
      return failed(head.manifest().id(), Statuses.toProto(e));
    }
  }

  private static void throwAs(Status failure) {
    throw Statuses.fromProto(failure);
  }

  private static void throwIfAllFailed(HeadSelection selection, Map<String, Outcome> outcomes) {
    if (selection.heads().stream().allMatch(name -> outcomes.get(name).failure().isPresent())) {
      throwAs(outcomes.get(selection.heads().get(0)).failure().orElseThrow());
    }
  }

  private static MapScores scores(int map, HeadSelection selection, Map<String, Outcome> outcomes) {
    HeadScoresList.Builder list = HeadScoresList.newBuilder();
    boolean anySucceeded = false;
    for (String name : selection.heads()) {
      Outcome outcome = outcomes.get(name);
      HeadScores head =
          outcome.failure().map(e -> failed(name, e)).orElseGet(() -> outcome.byMap().get(map));
      anySucceeded |= !head.hasError();
      list.addHeads(head);
    }
    return anySucceeded
        ? MapScores.newBuilder().setScores(list).build()
        : MapScores.newBuilder().setError(list.getHeads(0).getError()).build();
  }

  /**
   * @param id "name" or "name@version", as asked for
   */
  private static HeadScores failed(String id, Status failure) {
    int at = id.indexOf('@');
    return HeadScores.newBuilder()
        .setHead(at < 0 ? id : id.substring(0, at))
        .setVersion(at < 0 ? "" : id.substring(at + 1))
        .setError(failure)
        .build();
  }
}
