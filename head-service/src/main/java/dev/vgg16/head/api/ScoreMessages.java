package dev.vgg16.head.api;

import com.google.rpc.Status;
import dev.vgg16.head.scoring.HeadId;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeatMap;
import dev.vgg16.head.scoring.MapResult;
import dev.vgg16.head.scoring.Novelty;
import dev.vgg16.head.scoring.RankedClasses;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.HeadScores;

/** Results of heads, as messages. */
final class ScoreMessages {

  private ScoreMessages() {}

  /**
   * @param byTrafficSplit whether this version answers a share of what its name is asked for
   */
  static HeadScores of(HeadManifest head, MapResult result, boolean byTrafficSplit) {
    HeadScores.Builder message = of(head).setByTrafficSplit(byTrafficSplit);
    if (result instanceof MapResult.Scored scored) {
      addScores(head, scored.classes(), message);
      scored.novelty().ifPresent(novelty -> message.setNovelty(of(novelty)));
      scored.heatMap().ifPresent(heatMap -> message.setHeatMap(of(heatMap)));
    } else if (result instanceof MapResult.Failed failed) {
      message.setError(Statuses.toProto(failed.cause()));
    }
    return message.build();
  }

  private static HeadScores.Builder of(HeadManifest head) {
    return HeadScores.newBuilder()
        .setHead(head.name())
        .setVersion(Integer.toString(head.version()));
  }

  private static void addScores(
      HeadManifest head, RankedClasses classes, HeadScores.Builder message) {
    for (int rank = 0; rank < classes.size(); rank++) {
      int index = classes.index(rank);
      ClassScore.Builder score =
          message
              .addScoresBuilder()
              .setLabel(head.labels().get(index))
              .setIndex(index)
              .setScore(classes.score(rank));
      if (!head.thresholds().isEmpty()) {
        score.setThreshold(head.thresholds().get(index));
      }
    }
  }

  private static dev.vgg16.v1.Novelty of(Novelty novelty) {
    return dev.vgg16.v1.Novelty.newBuilder()
        .setDistance(novelty.distance())
        .setThreshold(novelty.threshold())
        .build();
  }

  private static dev.vgg16.v1.HeatMap of(HeatMap heatMap) {
    dev.vgg16.v1.HeatMap.Builder message =
        dev.vgg16.v1.HeatMap.newBuilder()
            .setHeight(heatMap.height())
            .setWidth(heatMap.width())
            .setLabel(heatMap.label());
    for (int cell = 0; cell < heatMap.cells(); cell++) {
      message.addValues(heatMap.value(cell));
    }
    return message.build();
  }

  /** A version that failed for all its maps. */
  static HeadScores failed(ScorePlan.Run run, Status failure) {
    return of(run.head().manifest())
        .setByTrafficSplit(run.isByTrafficSplit())
        .setError(failure)
        .build();
  }

  /**
   * A head that is not there.
   *
   * @param id as asked for
   */
  static HeadScores failed(String id, Status failure) {
    HeadId named = HeadId.parse(id);
    return HeadScores.newBuilder()
        .setHead(named.name())
        .setVersion(named.version().orElse(""))
        .setError(failure)
        .build();
  }
}
