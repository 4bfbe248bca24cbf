package dev.vgg16.head.api;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import com.google.rpc.Status;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import java.util.List;
import java.util.Optional;

/**
 * What came of each head that a request asks for, by its id in the request: of several versions of
 * it where its traffic is split.
 */
final class HeadOutcomes {

  private final ListMultimap<String, Outcome> byId = ArrayListMultimap.create();

  /** What came of some of the maps. */
  private sealed interface Outcome {

    boolean has(int map);

    /** The scores of a map that it has. */
    HeadScores of(int map);

    /** Why all of its maps failed, if so. */
    Optional<Status> failure();
  }

  private record Scored(HeadResult.Scored result, boolean byTrafficSplit) implements Outcome {
    @Override
    public boolean has(int map) {
      return result.has(map);
    }

    @Override
    public HeadScores of(int map) {
      return ScoreMessages.of(result.head(), result.of(map), byTrafficSplit);
    }

    @Override
    public Optional<Status> failure() {
      return Optional.empty();
    }
  }

  /**
   * @param run that failed; empty: there was none, for any map
   */
  private record Failed(Optional<ScorePlan.Run> run, HeadScores answer) implements Outcome {
    @Override
    public boolean has(int map) {
      return run.map(failed -> failed.has(map)).orElse(true);
    }

    @Override
    public HeadScores of(int map) {
      return answer;
    }

    @Override
    public Optional<Status> failure() {
      return Optional.of(answer.getError());
    }
  }

  /** What came of the maps that one version was to score. */
  void add(ScorePlan.Run run, HeadResult result) {
    if (result instanceof HeadResult.Scored scored) {
      byId.put(run.id(), new Scored(scored, run.isByTrafficSplit()));
    } else if (result instanceof HeadResult.Failed failed) {
      byId.put(
          run.id(),
          new Failed(
              Optional.of(run), ScoreMessages.failed(run, Statuses.toProto(failed.cause()))));
    }
  }

  /** There is no such head. */
  void failed(String id, Status failure) {
    byId.put(id, new Failed(Optional.empty(), ScoreMessages.failed(id, failure)));
  }

  /** The failure of the first of these heads, if all of them failed for all maps. */
  Optional<Status> failureOfAll(List<String> ids) {
    boolean all =
        ids.stream()
            .flatMap(id -> byId.get(id).stream())
            .allMatch(outcome -> outcome.failure().isPresent());
    return all ? byId.get(ids.get(0)).get(0).failure() : Optional.empty();
  }

  /**
   * The scores of one map, or the first head's failure when none scored it.
   *
   * @param ids of the heads that it asks for
   */
  MapScores of(int map, List<String> ids) {
    HeadScoresList.Builder list = HeadScoresList.newBuilder();
    boolean anySucceeded = false;
    for (String id : ids) {
      HeadScores scores = of(map, id);
      anySucceeded |= !scores.hasError();
      list.addHeads(scores);
    }
    return anySucceeded
        ? MapScores.newBuilder().setScores(list).build()
        : MapScores.newBuilder().setError(list.getHeads(0).getError()).build();
  }

  private HeadScores of(int map, String id) {
    for (Outcome outcome : byId.get(id)) {
      if (outcome.has(map)) {
        return outcome.of(map);
      }
    }
    throw new IllegalStateException("the head was not selected");
  }
}
