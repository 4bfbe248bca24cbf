package dev.vgg16.head.api;

import com.google.rpc.Status;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScoring;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.PerMap;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores the maps of a request with the heads that it selects. Runs on the caller's thread.
 * Thread-safe.
 */
public final class RequestScorer {

  private final HeadSource heads;
  private final BatchScorer scorer;
  private final AnswerListener answers;
  private final ResponseLimits limits;

  public RequestScorer(HeadSource heads, BatchScorer scorer) {
    this(heads, scorer, AnswerListener.NONE);
  }

  /**
   * @param answers gets what versions answer
   */
  public RequestScorer(HeadSource heads, BatchScorer scorer, AnswerListener answers) {
    this(heads, scorer, answers, ResponseLimits.CONTRACT);
  }

  RequestScorer(
      HeadSource heads, BatchScorer scorer, AnswerListener answers, ResponseLimits limits) {
    this.heads = heads;
    this.scorer = scorer;
    this.answers = answers;
    this.limits = limits;
  }

  /**
   * The answer of a request.
   *
   * @param afterwards what is to be done once it is sent
   */
  record Answer(ScoreResponse response, List<Runnable> afterwards) {

    /** The answer is sent. */
    void sent() {
      afterwards.forEach(Runnable::run);
    }
  }

  /** Scores a batch whose maps have no keys but their bytes. */
  public ScoreResponse score(MapBatch batch, List<MapSelection> selections) {
    return score(batch, selections, MapKeys.ofBytes(batch)).response();
  }

  /**
   * Scores a batch.
   *
   * @param selections one for each map, or a single one for all
   * @param keys of the maps
   * @return for each map its scores, or why there are none; its {@link Answer#sent} is called once,
   *     also when it could not be sent
   * @throws StatusRuntimeException when the single selection for all maps fails altogether, with
   *     the first head's failure
   * @throws ServingException {@code INVALID_INPUT} when the response would be too large
   */
  Answer score(MapBatch batch, List<MapSelection> selections, MapKeys keys) {
    PerMap<HeadSelection> selected =
        new PerMap<>(selections.stream().map(HeadSelection::of).toList());
    try (ScorePlan plan = ScorePlan.of(heads, limits, batch.count(), selected, keys)) {
      if (selected.isShared()) {
        plan.refusal(0).ifPresent(RequestScorer::throwAs);
      }
      HeadOutcomes outcomes = new HeadOutcomes();
      plan.forEachFailure(outcomes::failed);
      List<Runnable> afterwards = run(plan, batch, selected, outcomes);
      try {
        if (selected.isShared()) {
          outcomes.failureOfAll(selected.of(0).heads()).ifPresent(RequestScorer::throwAs);
        }
        return new Answer(response(plan, outcomes, batch.count(), selected), afterwards);
      } catch (RuntimeException e) {
        afterwards.forEach(Runnable::run);
        throw e;
      }
    }
  }

  private static void throwAs(Status failure) {
    throw Statuses.fromProto(failure);
  }

  /** Returns what is to be done once the answer is sent. */
  private List<Runnable> run(
      ScorePlan plan, MapBatch batch, PerMap<HeadSelection> selected, HeadOutcomes outcomes) {
    List<Runnable> afterwards = new ArrayList<>(1);
    boolean repeatable =
        selected.values().stream().allMatch(one -> one.options().explain().isEmpty());
    try (BatchScoring scoring = scorer.begin(batch, selected.map(HeadSelection::options))) {
      plan.forEachRun(
          run -> {
            HeadResult result = scoring.score(run.head(), run.maps());
            outcomes.add(run, result);
            if (result instanceof HeadResult.Scored scored) {
              afterwards.add(
                  answers.answered(run.route(), run.head(), batch, run.maps(), scored, repeatable));
            }
          });
    }
    return afterwards;
  }

  private ScoreResponse response(
      ScorePlan plan, HeadOutcomes outcomes, int count, PerMap<HeadSelection> selected) {
    ScoreResponse.Builder response = ScoreResponse.newBuilder();
    long bytes = 0;
    for (int map = 0; map < count; map++) {
      MapScores scores = scores(plan, outcomes, map, selected.of(map));
      // Failures may take more than the scores that they are in place of.
      bytes += scores.getSerializedSize();
      limits.check(bytes);
      response.addMaps(scores);
    }
    return response.build();
  }

  private static MapScores scores(
      ScorePlan plan, HeadOutcomes outcomes, int map, HeadSelection selection) {
    return plan.refusal(map)
        .map(refusal -> MapScores.newBuilder().setError(refusal).build())
        .orElseGet(() -> outcomes.of(map, selection.heads()));
  }

  /** Whether a file has to be read from disk before this can be scored. Takes next to no time. */
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
      HeadRoute route = heads.acquire(id);
      try {
        return route.answering().stream().anyMatch(Head::hasToLoadExplainer);
      } finally {
        route.release();
      }
    } catch (ServingException e) {
      // There is no such head, which scoring reports.
      return false;
    }
  }
}
