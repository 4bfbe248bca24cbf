package dev.vgg16.head.api;

import com.google.rpc.Status;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What came of each head that a request asks for, by its id in the request. */
final class HeadOutcomes {

  private final Map<String, HeadResult.Scored> scored = new HashMap<>();
  private final Map<String, Status> failures = new HashMap<>();

  void add(String id, HeadResult result) {
    if (result instanceof HeadResult.Scored of) {
      scored.put(id, of);
    } else if (result instanceof HeadResult.Failed of) {
      failures.put(id, Statuses.toProto(of.cause()));
    }
  }

  /** A head failed for all maps. */
  void failed(String id, Status failure) {
    failures.put(id, failure);
  }

  /** The failure of the first of these heads, if all of them failed for all maps. */
  Optional<Status> failureOfAll(List<String> ids) {
    return failures.keySet().containsAll(ids)
        ? Optional.ofNullable(failures.get(ids.get(0)))
        : Optional.empty();
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
    Status failure = failures.get(id);
    if (failure != null) {
      return ScoreMessages.failed(id, failure);
    }
    HeadResult.Scored head = Objects.requireNonNull(scored.get(id), "the head was not selected");
    return ScoreMessages.of(head.head(), head.of(map));
  }
}
