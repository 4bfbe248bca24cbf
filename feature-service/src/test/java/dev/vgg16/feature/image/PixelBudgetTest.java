package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PixelBudgetTest {

  private static final long MAX = ImageLimits.DEFAULT_MAX_PIXELS;
  private static final DecodeCost LARGEST = new DecodeCost(0, MAX);
  private static final DecodeCost PHOTO = new DecodeCost(0, 12_000_000);
  private static final DecodeCost SMALL = new DecodeCost(0, 100_000);

  private final PixelBudget budget = new PixelBudget(MAX);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void oneOfTheLargestAtATime() throws Exception {
    Runnable giveBack = budget.take(LARGEST);
    Future<Runnable> second = threads.submit(() -> budget.take(LARGEST));
    assertThat(second.isDone()).isFalse();
    giveBack.run();
    second.get(120, TimeUnit.SECONDS).run();
  }

  @Test
  void aSmallOneNeverWaitsForALargeOne() throws Exception {
    Runnable large = budget.take(LARGEST);
    Future<Runnable> waiting = threads.submit(() -> budget.take(LARGEST));
    for (int i = 0; i < 100; i++) {
      budget.take(SMALL).run();
      budget.take(PHOTO).run();
    }
    assertThat(waiting.isDone()).isFalse();
    large.run();
    waiting.get(120, TimeUnit.SECONDS).run();
  }

  /** While no costly image is decoded, they get the whole budget. */
  @Test
  void manyPhotosAtATime() {
    List<Runnable> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(budget.take(PHOTO));
    }
    taken.forEach(Runnable::run);
  }

  /** Small ones that come without end take the reserve while a large one waits. */
  @Test
  void aLargeOneIsNotPassedOverForEver() throws Exception {
    Runnable small = budget.take(SMALL);
    CompletableFuture<Runnable> large = new CompletableFuture<>();
    Thread waiting = new Thread(() -> large.complete(budget.take(LARGEST)));
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    Runnable next = budget.take(SMALL);
    small.run();
    large.get(120, TimeUnit.SECONDS).run();
    next.run();
  }

  @Test
  void aBudgetSmallerThanItsReserveIsNoLarger() throws Exception {
    PixelBudget tiny = new PixelBudget(100_000);
    Runnable first = tiny.take(SMALL);
    Runnable second = tiny.take(SMALL);
    Future<Runnable> third = threads.submit(() -> tiny.take(SMALL));
    assertThat(third.isDone()).isFalse();
    second.run();
    third.get(120, TimeUnit.SECONDS).run();
    first.run();
  }
}
