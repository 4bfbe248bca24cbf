package dev.vgg16.head.shadow;

import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapResult;
import java.util.List;
import java.util.Optional;

/** Maps that one version answered, and the versions that are to score them too. */
final class ShadowTask {

  private final MapBatch maps;
  private final int[] answeredMaps;
  private final HeadResult.Scored answered;
  private final Optional<Head> stable;
  private final List<Head> scorers;

  /**
   * @param maps in memory of their own
   * @param answeredMaps their indices in the answer
   * @param stable the default version, where it is to score what a share of its traffic was
   *     answered with
   * @param scorers retained; the default version among them
   */
  ShadowTask(
      MapBatch maps,
      int[] answeredMaps,
      HeadResult.Scored answered,
      Optional<Head> stable,
      List<Head> scorers) {
    this.maps = maps;
    this.answeredMaps = answeredMaps;
    this.answered = answered;
    this.stable = stable;
    this.scorers = scorers;
  }

  MapBatch maps() {
    return maps;
  }

  int bytes() {
    return maps.data().size();
  }

  List<Head> scorers() {
    return scorers;
  }

  HeadManifest answering() {
    return answered.head();
  }

  /** Whether it is the default version, and another has answered in its place. */
  boolean isDefaultVersion(Head head) {
    return stable.filter(version -> version == head).isPresent();
  }

  void release() {
    scorers.forEach(Head::release);
  }

  /** How many maps both have scored, and of how many of them with the same best class. */
  Agreement compare(HeadResult.Scored other) {
    int both = 0;
    int agreed = 0;
    for (int map = 0; map < answeredMaps.length; map++) {
      Optional<String> was = best(answered, answeredMaps[map]);
      Optional<String> is = best(other, map);
      if (was.isPresent() && is.isPresent()) {
        both++;
        agreed += was.equals(is) ? 1 : 0;
      }
    }
    return new Agreement(both, agreed);
  }

  record Agreement(int maps, int agreed) {}

  /** By its label: versions may have other classes, or another order of them. */
  private static Optional<String> best(HeadResult.Scored result, int map) {
    return result.of(map) instanceof MapResult.Scored scored
        ? Optional.of(result.head().labels().get(scored.classes().index(0)))
        : Optional.empty();
  }
}
