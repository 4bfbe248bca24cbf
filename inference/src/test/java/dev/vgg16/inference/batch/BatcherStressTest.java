package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guarantees hold with many threads and random failures of every step. */
class BatcherStressTest {

  private static final int SUBMITTERS = 6;
  private static final int ITEMS_EACH = 1_000;

  /** Items of one submitter in flight; those of all submitters overflow the queue at times. */
  private static final int WINDOW = 12;

  @ParameterizedTest(name = "seed {0}, {1} workers, {2} preparers, max-batch {3}, {4} us")
  @CsvSource({
    "1, 1, 1, 1, 0",
    "2, 1, 4, 8, 0",
    "3, 3, 2, 5, 0",
    "4, 2, 8, 3, 200",
    "5, 4, 1, 8, 50"
  })
  void everyItemIsRunOrFailedOnce(int seed, int workers, int preparers, int maxBatch, int micros)
      throws Exception {
    BatcherOptions options =
        new BatcherOptions(
            maxBatch, Duration.ofNanos(micros * 1_000L), 32, 3_000, preparers, workers);
    ChaoticWork work = new ChaoticWork(maxBatch);
    List<ChaoticItem> taken = Collections.synchronizedList(new ArrayList<>());
    try (Batcher<ChaoticItem, int[]> batcher =
        new Batcher<>("stress", options, work, BatcherListener.NONE)) {
      List<Thread> submitters = new ArrayList<>();
      for (int s = 0; s < SUBMITTERS; s++) {
        Random random = new Random(1_000L * seed + s);
        int first = s * ITEMS_EACH;
        submitters.add(new Thread(() -> submit(batcher, random, first, taken)));
      }
      submitters.forEach(Thread::start);
      for (Thread submitter : submitters) {
        submitter.join();
      }
    }
    assertThat(work.violations).isEmpty();
    assertThat(taken)
        .hasSize(SUBMITTERS * ITEMS_EACH)
        .allSatisfy(BatcherStressTest::assertEndedOnce);
    assertThat(work.threads).hasSizeBetween(1, workers);
    // Some items succeeded.
    assertThat(taken.stream().filter(item -> item.given.get() == 1).count())
        .isGreaterThan(taken.size() / 2L);
  }

  private static void submit(
      Batcher<ChaoticItem, int[]> batcher, Random random, int first, List<ChaoticItem> taken) {
    Semaphore ends = new Semaphore(0);
    int inFlight = 0;
    List<ChaoticItem> alive = new ArrayList<>();
    for (int i = 0; i < ITEMS_EACH; i++) {
      ChaoticItem item = new ChaoticItem(first + i, random, ends);
      while (inFlight == WINDOW || !isTaken(batcher, item)) {
        // Blocks for ever if an item is never completed.
        if (inFlight > 0) {
          ends.acquireUninterruptibly();
          inFlight--;
        }
      }
      inFlight++;
      taken.add(item);
      alive.add(item);
      if (random.nextInt(10) == 0) {
        alive.remove(random.nextInt(alive.size())).cancel();
      }
    }
    ends.acquireUninterruptibly(inFlight);
  }

  private static boolean isTaken(Batcher<ChaoticItem, int[]> batcher, ChaoticItem item) {
    try {
      batcher.submit(item);
      return true;
    } catch (ServingException e) {
      assertThat(e.kind()).isEqualTo(ServingException.Kind.OVERLOADED);
      return false;
    }
  }

  private static void assertEndedOnce(ChaoticItem item) {
    int given = item.given.get();
    assertThat(given).as("runs of %s", item).isLessThanOrEqualTo(1);
    boolean answered = item.runs.get() == 1;
    assertThat(answered || !item.failures.isEmpty()).as("%s has an end", item).isTrue();
    assertThat(item.failures).as("failures of %s", item).hasSize(answered ? 0 : 1);
    if (item.trouble == Trouble.PREPARE || item.trouble == Trouble.PLACE) {
      assertThat(given).as("runs of the broken %s", item).isZero();
    }
    if (item.trouble == Trouble.CANCELLED_BEFORE_SUBMIT) {
      assertThat(given).as("runs of the unwanted %s", item).isZero();
    }
  }

  private enum Trouble {
    NONE,
    PREPARE,
    PLACE,
    RUN,
    RUN_WITH_INTERRUPT,
    CANCELLED_BEFORE_SUBMIT,
    CANCELLED_IN_PREPARE,
    CANCELLED_IN_PLACE
  }

  private static final class ChaoticItem extends FakeItem {
    final Trouble trouble;
    final AtomicInteger given = new AtomicInteger();

    private final Semaphore ends;

    ChaoticItem(int value, Random random, Semaphore ends) {
      super(value, random.nextInt(200));
      this.ends = ends;
      Trouble[] all = Trouble.values();
      trouble = random.nextInt(4) > 0 ? Trouble.NONE : all[random.nextInt(all.length)];
      if (trouble == Trouble.CANCELLED_BEFORE_SUBMIT) {
        cancel();
      }
    }

    @Override
    void ran() {
      super.ran();
      ends.release();
    }

    @Override
    public void fail(Throwable cause) {
      super.fail(cause);
      ends.release();
    }
  }

  private static final class ChaoticWork implements BatchWork<ChaoticItem, int[]> {
    final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    final Map<Integer, Thread> threads = new ConcurrentHashMap<>();
    private final Set<int[]> running =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    private final int slots;

    ChaoticWork(int slots) {
      this.slots = slots;
    }

    @Override
    public int[] newStorage() {
      return new int[slots];
    }

    @Override
    public Placement<int[]> prepare(ChaoticItem item) throws Exception {
      if (item.trouble == Trouble.PREPARE) {
        throw new Exception("prepare");
      }
      if (item.trouble == Trouble.CANCELLED_IN_PREPARE) {
        item.cancel();
      }
      return (storage, slot) -> {
        if (running.contains(storage)) {
          violations.add("%s is placed into a running batch".formatted(item));
        }
        storage[slot] = item.value;
        if (item.trouble == Trouble.PLACE) {
          throw new IllegalStateException("place");
        }
        if (item.trouble == Trouble.CANCELLED_IN_PLACE) {
          item.cancel();
        }
      };
    }

    @Override
    public void move(int[] storage, int from, int to) {
      storage[to] = storage[from];
    }

    @Override
    public void run(int worker, int[] storage, List<ChaoticItem> items, boolean alone)
        throws Exception {
      if (!running.add(storage)) {
        violations.add("a storage is run twice at a time");
      }
      Thread before = threads.putIfAbsent(worker, Thread.currentThread());
      if (before != null && before != Thread.currentThread()) {
        violations.add("worker %d has two threads".formatted(worker));
      }
      if (items.isEmpty() || items.size() > slots) {
        violations.add("a batch of %d".formatted(items.size()));
      }
      if (new HashSet<>(items).size() != items.size()) {
        violations.add("an item is twice in a batch");
      }
      try {
        for (int i = 0; i < items.size(); i++) {
          ChaoticItem item = items.get(i);
          item.given.incrementAndGet();
          if (storage[i] != item.value) {
            violations.add("slot %d holds %d, not %s".formatted(i, storage[i], item));
          }
          if (item.trouble == Trouble.CANCELLED_IN_PLACE) {
            violations.add("%s was cancelled before its run".formatted(item));
          }
        }
        for (ChaoticItem item : items) {
          if (item.trouble == Trouble.RUN) {
            throw new Exception("run");
          }
          if (item.trouble == Trouble.RUN_WITH_INTERRUPT) {
            Thread.currentThread().interrupt();
          }
        }
        items.forEach(FakeItem::ran);
      } finally {
        running.remove(storage);
      }
    }
  }
}
