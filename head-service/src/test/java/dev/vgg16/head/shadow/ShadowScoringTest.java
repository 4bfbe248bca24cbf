package dev.vgg16.head.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.BatchScoring;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.head.scoring.HeadRoute.Arm;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.MapResult;
import dev.vgg16.head.scoring.PerMap;
import dev.vgg16.head.scoring.ScoreOptions;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.release.TrafficShare;
import dev.vgg16.release.TrafficSplit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShadowScoringTest {

  private static final int[] SEEDS = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final int[] MAPS = {1, 4, 6};

  private final HeadRegistry heads = TinyHeads.load();
  private final Head three10 = heads.find("three@10");
  private final Head three2 = heads.find("three@2");
  private final Head two = heads.find("two");
  private final BatchScorer scorer = new BatchScorer(ScoreListener.NONE, 8);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile boolean hangs;
  private long now;
  private final TimeBudget budget =
      new TimeBudget(
          0.5,
          new Ticker() {
            @Override
            public long read() {
              return now;
            }
          });
  private final ShadowScoring shadow = new ShadowScoring(new Recorder(), 8, budget);

  /** What is told, as text; {@code ran} may be held up. */
  private final class Recorder implements ComparisonListener {

    @Override
    public void scored(HeadManifest head, Arm arm, HeadResult.Scored result) {
      events.add("scored %s %s %d".formatted(head.id(), arm, result.results().size()));
    }

    @Override
    public void ran(HeadManifest head, long nanos) {
      if (hangs) {
        try {
          assertThat(goOn.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      events.add("ran " + head.id());
    }

    @Override
    public void compared(HeadManifest head, Arm arm, int maps, int agreed) {
      events.add("compared %s %s %d of %d".formatted(head.id(), arm, agreed, maps));
    }

    @Override
    public void dropped(HeadManifest head, Reason reason, int maps) {
      events.add("dropped %s %s %d".formatted(head.id(), reason, maps));
    }
  }

  @AfterEach
  void close() {
    goOn.countDown();
    shadow.close();
    scorer.close();
    heads.close();
  }

  private static MapBatch batch() {
    return new MapBatch(
        "tiny",
        SEEDS.length,
        new OutputForm(ElementType.FLOAT32, false),
        MapBytes.of(TinyHeads.maps(SEEDS).getData()));
  }

  private HeadResult.Scored score(Head head, MapBatch batch, int[] maps) {
    PerMap<ScoreOptions> options =
        new PerMap<>(List.of(new ScoreOptions(0, false, Optional.empty())));
    try (BatchScoring scoring = scorer.begin(batch, options)) {
      return (HeadResult.Scored) scoring.score(head, maps);
    }
  }

  private Runnable answer(HeadRoute route, Head head, boolean repeatable) {
    MapBatch batch = batch();
    return shadow.answered(route, head, batch, MAPS, score(head, batch, MAPS), repeatable);
  }

  private HeadRoute route(List<Head> shares, List<Head> shadows) {
    return HeadRoute.byName(
        three10,
        shares.isEmpty()
            ? Optional.empty()
            : Optional.of(new TrafficSplit("three", List.of(new TrafficShare(2, 5_000)))),
        shares,
        shadows);
  }

  private String next() throws InterruptedException {
    return String.valueOf(events.poll(1, TimeUnit.MINUTES));
  }

  private String best(Head head, int map) {
    MapResult.Scored scored = (MapResult.Scored) score(head, batch(), new int[] {map}).of(map);
    return head.manifest().labels().get(scored.classes().index(0));
  }

  private long agreement(Head one, Head other) {
    return IntStream.of(MAPS).filter(map -> best(one, map).equals(best(other, map))).count();
  }

  @Test
  void aShadowScoresWhatIsAnsweredAndOnlyThen() throws InterruptedException {
    Runnable sent = answer(route(List.of(), List.of(three2, two)), three10, true);
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    assertThat(events).isEmpty();
    sent.run();
    assertThat(next()).isEqualTo("ran three@2");
    assertThat(next()).isEqualTo("scored three@2 SHADOW 3");
    assertThat(next())
        .isEqualTo("compared three@2 SHADOW %d of 3".formatted(agreement(three10, three2)));
    assertThat(next()).isEqualTo("ran two@1");
    assertThat(next()).isEqualTo("scored two@1 SHADOW 3");
    // It has no class of the other's.
    assertThat(next()).isEqualTo("compared two@1 SHADOW 0 of 3");
  }

  @Test
  void aShareOfTheTrafficIsComparedWithTheDefaultVersion() throws InterruptedException {
    answer(route(List.of(three2), List.of()), three2, true).run();
    assertThat(next()).isEqualTo("scored three@2 TRAFFIC 3");
    assertThat(next()).isEqualTo("ran three@10");
    assertThat(next())
        .isEqualTo("compared three@2 TRAFFIC %d of 3".formatted(agreement(three10, three2)));
    answer(route(List.of(three2), List.of()), three10, true).run();
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    assertThat(events).isEmpty();
  }

  @Test
  void whatIsNamedOrExplainedIsNotScoredAgain() throws InterruptedException {
    answer(HeadRoute.named(three10), three10, true).run();
    assertThat(next()).isEqualTo("scored three@10 NAMED 3");
    answer(route(List.of(), List.of(three2)), three10, false).run();
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    shadow.close();
    assertThat(events).isEmpty();
  }

  @Test
  void withoutTimeItIsDropped() throws InterruptedException {
    budget.spend(TimeUnit.SECONDS.toNanos(1));
    answer(route(List.of(), List.of(three2)), three10, true).run();
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    assertThat(next()).isEqualTo("dropped three@2 TIME 3");
    now += TimeUnit.SECONDS.toNanos(2);
    answer(route(List.of(), List.of(three2)), three10, true).run();
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    assertThat(next()).isEqualTo("ran three@2");
  }

  /** One runs, and 64 wait. */
  @Test
  void whatTheQueueHasNoRoomForIsDropped() throws InterruptedException {
    hangs = true;
    HeadRoute route = route(List.of(), List.of(three2));
    for (int i = 0; i < 70; i++) {
      answer(route, three10, true).run();
    }
    events.removeIf(event -> event.startsWith("scored three@10"));
    assertThat(events).hasSizeBetween(5, 6).containsOnly("dropped three@2 QUEUE 3");
    events.clear();
    goOn.countDown();
    for (int i = 0; i < 64; i++) {
      assertThat(next()).isEqualTo("ran three@2");
      assertThat(next()).startsWith("scored three@2 SHADOW");
      assertThat(next()).startsWith("compared three@2 SHADOW");
    }
  }

  @Test
  void aVersionThatCanNotScoreThemIsCounted() throws InterruptedException {
    MapBatch foreign = new MapBatch("other", 8, batch().form(), batch().data());
    shadow
        .answered(
            route(List.of(), List.of(three2)),
            three10,
            foreign,
            MAPS,
            score(three10, batch(), MAPS),
            true)
        .run();
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    assertThat(next()).isEqualTo("dropped three@2 FAILED 3");
  }

  /** While maps wait for it, it stays loaded; then it is unloaded. */
  @Test
  void headsAreReleased() throws InterruptedException {
    hangs = true;
    answer(route(List.of(), List.of(three2)), three10, true).run();
    three2.close();
    goOn.countDown();
    assertThat(next()).isEqualTo("scored three@10 DEFAULT 3");
    assertThat(next()).isEqualTo("ran three@2");
    shadow.close();
    assertThat(three2.retain()).isFalse();
  }
}
