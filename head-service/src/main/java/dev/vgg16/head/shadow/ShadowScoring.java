package dev.vgg16.head.shadow;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScoring;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.head.scoring.HeadRoute.Arm;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.PerMap;
import dev.vgg16.head.scoring.ScoreOptions;
import dev.vgg16.head.shadow.ComparisonListener.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores maps a second time after their answer is sent, on a thread of its own: with the versions
 * in the shadow, and those of a share of the traffic with the default version. Answers never wait
 * for it: what there is no time or room for is dropped, and counted. Thread-safe.
 */
public final class ShadowScoring implements AnswerListener, AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(ShadowScoring.class);

  /** Of the processors' time. */
  private static final double SHARE = 0.02;

  private static final int MAX_WAITING = 64;
  private static final long MAX_BYTES = 16L << 20;

  /** The best class and its score are what is compared. */
  private static final PerMap<ScoreOptions> BEST_CLASS =
      new PerMap<>(List.of(new ScoreOptions(1, false, Optional.empty())));

  private final BatchScorer scorer;
  private final ComparisonListener listener;
  private final TimeBudget budget;
  private final AtomicLong bytes = new AtomicLong();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          new ThreadFactoryBuilder().setNameFormat("shadow").setDaemon(true).build());

  /**
   * @param maxBatch the most maps in a batch
   */
  public ShadowScoring(ComparisonListener listener, int maxBatch) {
    this(
        listener,
        maxBatch,
        new TimeBudget(SHARE * Runtime.getRuntime().availableProcessors(), Ticker.systemTicker()));
  }

  ShadowScoring(ComparisonListener listener, int maxBatch, TimeBudget budget) {
    this.listener = listener;
    this.scorer = new BatchScorer((head, maps, nanos) -> listener.ran(head, nanos), maxBatch);
    this.budget = budget;
  }

  @Override
  public Runnable answered(
      HeadRoute route,
      Head head,
      MapBatch batch,
      int[] maps,
      HeadResult.Scored result,
      boolean repeatable) {
    Arm arm = route.arm(head);
    listener.scored(head.manifest(), arm, result);
    Optional<Head> stable = arm == Arm.TRAFFIC ? Optional.of(route.stable()) : Optional.empty();
    List<Head> scorers = new ArrayList<>(route.shadows());
    stable.ifPresent(scorers::add);
    scorers.remove(head);
    if (scorers.isEmpty() || !repeatable) {
      return () -> {};
    }
    if (!budget.hasTime()) {
      scorers.forEach(other -> listener.dropped(other.manifest(), Reason.TIME, maps.length));
      return () -> {};
    }
    scorers.removeIf(other -> !other.retain());
    ShadowTask task = new ShadowTask(batch.copyOf(maps), maps, result, stable, scorers);
    return () -> submit(task);
  }

  private void submit(ShadowTask task) {
    if (bytes.addAndGet(task.bytes()) > MAX_BYTES) {
      drop(task);
      return;
    }
    try {
      thread.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      drop(task);
    }
  }

  private void drop(ShadowTask task) {
    task.scorers()
        .forEach(head -> listener.dropped(head.manifest(), Reason.QUEUE, task.maps().count()));
    end(task);
  }

  private void end(ShadowTask task) {
    bytes.addAndGet(-task.bytes());
    task.release();
  }

  private void run(ShadowTask task) {
    long start = System.nanoTime();
    try (BatchScoring scoring = scorer.begin(task.maps(), BEST_CLASS)) {
      int[] all = IntStream.range(0, task.maps().count()).toArray();
      task.scorers().forEach(head -> compare(task, head, scoring.score(head, all)));
    } catch (RuntimeException | Error e) {
      logger.error("maps can't be scored in the shadow: {}", e.toString(), e);
    } finally {
      budget.spend(System.nanoTime() - start);
      end(task);
    }
  }

  private void compare(ShadowTask task, Head head, HeadResult result) {
    HeadManifest manifest = head.manifest();
    if (!(result instanceof HeadResult.Scored scored)) {
      listener.dropped(manifest, Reason.FAILED, task.maps().count());
      return;
    }
    ShadowTask.Agreement agreement = task.compare(scored);
    if (task.isDefaultVersion(head)) {
      listener.compared(task.answering(), Arm.TRAFFIC, agreement.maps(), agreement.agreed());
    } else {
      listener.scored(manifest, Arm.SHADOW, scored);
      listener.compared(manifest, Arm.SHADOW, agreement.maps(), agreement.agreed());
    }
  }

  /** What waits is dropped. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      // The heads are closed next, and a run uses one of them.
      var unused = thread.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    scorer.close();
  }
}
