package dev.vgg16.feature.relay;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Splits a batch whose answer would be large, which is rare, into several messages. When one fails,
 * the others still get their scores.
 */
final class SplitByResponseSize implements MapRelay.Heads {

  /** Far below the limit of a message, and quick to read. */
  static final long MAX_BYTES = 4 << 20;

  private final MapRelay.Heads heads;
  private final ResponseSizes sizes;

  SplitByResponseSize(MapRelay.Heads heads, ResponseSizes sizes) {
    this.heads = heads;
    this.sizes = sizes;
  }

  @Override
  public ListenableFuture<ScoreResponse> score(ScoreMessage message, long nanosLeft) {
    if (message.maps().count() == 1 || fits(message)) {
      return send(message, nanosLeft);
    }
    List<List<Integer>> parts = parts(message);
    List<ListenableFuture<ScoreResponse>> answers =
        parts.stream()
            .map(part -> errorsFor(part, send(message.subset(part, message.alone()), nanosLeft)))
            .collect(toImmutableList());
    return Futures.transform(
        Futures.allAsList(answers),
        all -> merge(message.maps().count(), parts, all),
        MoreExecutors.directExecutor());
  }

  private ListenableFuture<ScoreResponse> send(ScoreMessage message, long nanosLeft) {
    return Futures.transform(
        heads.score(message, nanosLeft),
        answer -> {
          sizes.learn(message, answer);
          return answer;
        },
        MoreExecutors.directExecutor());
  }

  private static ListenableFuture<ScoreResponse> errorsFor(
      List<Integer> part, ListenableFuture<ScoreResponse> answer) {
    return Futures.catching(
        answer,
        // Whatever it is: the other parts read the same buffer until they are answered.
        Throwable.class,
        failure ->
            ScoreResponse.newBuilder()
                .addAllMaps(
                    Collections.nCopies(
                        part.size(),
                        MapScores.newBuilder().setError(Statuses.toProto(failure)).build()))
                .build(),
        MoreExecutors.directExecutor());
  }

  private boolean fits(ScoreMessage message) {
    if (message.selections().size() <= 1) {
      return message.maps().count() * sizes.bytes(message.selection(0)) <= MAX_BYTES;
    }
    long bytes = 0;
    for (MapSelection selection : message.selections()) {
      bytes += sizes.bytes(selection);
    }
    return bytes <= MAX_BYTES;
  }

  private List<List<Integer>> parts(ScoreMessage message) {
    List<List<Integer>> parts = new ArrayList<>();
    List<Integer> part = new ArrayList<>();
    long bytes = 0;
    for (int map = 0; map < message.maps().count(); map++) {
      long more = sizes.bytes(message.selection(map));
      if (!part.isEmpty() && bytes + more > MAX_BYTES) {
        parts.add(part);
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(map);
      bytes += more;
    }
    parts.add(part);
    return parts;
  }

  /** The scores in the order of the maps. */
  private static ScoreResponse merge(
      int count, List<List<Integer>> parts, List<ScoreResponse> answers) {
    MapScores[] all = new MapScores[count];
    for (int part = 0; part < parts.size(); part++) {
      List<Integer> maps = parts.get(part);
      ScoreResponse answer = answers.get(part);
      if (answer.getMapsCount() != maps.size()) {
        throw new IllegalStateException(
            "the head service answered %d maps with %d scores"
                .formatted(maps.size(), answer.getMapsCount()));
      }
      for (int i = 0; i < maps.size(); i++) {
        all[maps.get(i)] = answer.getMaps(i);
      }
    }
    return ScoreResponse.newBuilder().addAllMaps(Arrays.asList(all)).build();
  }
}
