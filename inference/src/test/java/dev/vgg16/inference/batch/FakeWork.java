package dev.vgg16.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Work whose storage is an array of the items' values, with hooks for tests. */
class FakeWork implements BatchWork<FakeItem, int[]> {

  static final int EMPTY = -1;

  /** A test's action in a step. */
  interface Hook<T> {
    void on(T it) throws Exception;
  }

  /** One call of {@link #run}. */
  record Run(
      int worker, String thread, List<FakeItem> items, List<Integer> storage, boolean alone) {
    List<Integer> values() {
      return items.stream().map(item -> item.value).toList();
    }
  }

  volatile Hook<FakeItem> onPrepare = item -> {};
  volatile Hook<FakeItem> onPlace = item -> {};
  volatile Hook<Run> onRun = run -> {};
  volatile Hook<FakeItem> onClose = item -> {};
  volatile Hook<Integer> onMove = from -> {};
  final AtomicInteger closedPlacements = new AtomicInteger();
  private final int slots;
  private final BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
  private final BlockingQueue<FakeItem> placed = new LinkedBlockingQueue<>();

  FakeWork(int slots) {
    this.slots = slots;
  }

  @Override
  public int[] newStorage() {
    int[] storage = new int[slots];
    Arrays.fill(storage, EMPTY);
    return storage;
  }

  @Override
  public Placement<int[]> prepare(FakeItem item) throws Exception {
    onPrepare.on(item);
    return new Placement<>() {
      @Override
      public void place(int[] storage, int slot) {
        placed.add(item);
        hook(onPlace, item);
        storage[slot] = item.value;
      }

      @Override
      public void close() {
        closedPlacements.incrementAndGet();
        hook(onClose, item);
      }
    };
  }

  @Override
  public void move(int[] storage, int from, int to) {
    hook(onMove, from);
    storage[to] = storage[from];
    storage[from] = EMPTY;
  }

  @Override
  public void run(int worker, int[] storage, List<FakeItem> items, boolean alone) throws Exception {
    List<Integer> content = Arrays.stream(storage).limit(items.size()).boxed().toList();
    Run run = new Run(worker, Thread.currentThread().getName(), List.copyOf(items), content, alone);
    runs.add(run);
    onRun.on(run);
    items.forEach(FakeItem::ran);
    Arrays.fill(storage, EMPTY);
  }

  /** Waits for the next run, whose storage must hold its items' values, slot by slot. */
  Run nextRun() throws InterruptedException {
    Run run = runs.poll(120, TimeUnit.SECONDS);
    assertThat(run).as("no run began").isNotNull();
    assertThat(run.storage()).isEqualTo(run.values());
    return run;
  }

  /** Waits until {@code count} more items have their slots. */
  void awaitPlaced(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      assertThat(placed.poll(120, TimeUnit.SECONDS)).as("only %s were placed", i).isNotNull();
    }
  }

  boolean hasRun() {
    return !runs.isEmpty();
  }

  private static <T> void hook(Hook<T> hook, T it) {
    try {
      hook.on(it);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
