package dev.vgg16.bench.micro;

import dev.vgg16.inference.batch.BatchItem;
import dev.vgg16.inference.batch.BatchWork;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.batch.FlowKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The batcher's overhead per item: its runner does nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BatcherBenchmark {

  private static final int ITEMS = 1000;
  private static final int UNDER_WAY = 64;
  private static final Object CLIENT = "client";

  private final Semaphore free = new Semaphore(UNDER_WAY);
  private Batcher<Item, Object> batcher;

  /** Completes when it is answered. */
  private record Item(Semaphore answered, FlowKey flow) implements BatchItem {
    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public long nanosLeft() {
      return Long.MAX_VALUE;
    }

    @Override
    public void fail(Throwable cause) {
      answered.release();
    }
  }

  /** Does nothing, and answers. */
  private static final class NoWork implements BatchWork<Item, Object> {
    @Override
    public Object newStorage() {
      return new Object();
    }

    @Override
    public Placement<Object> prepare(Item item) {
      return (storage, slot) -> {};
    }

    @Override
    public void move(Object storage, int from, int to) {}

    @Override
    public void run(int worker, Object storage, List<Item> items, boolean alone) {
      items.forEach(item -> item.answered().release());
    }
  }

  @Setup
  public void open() {
    int processors = Runtime.getRuntime().availableProcessors();
    batcher =
        new Batcher<>(
            "bench",
            new BatcherOptions(8, Duration.ZERO, 512, 1 << 20, processors, 1),
            new NoWork(),
            BatcherListener.NONE);
  }

  @TearDown
  public void close() {
    batcher.close();
  }

  @Benchmark
  @OperationsPerInvocation(ITEMS)
  public void submitToAnswer() throws InterruptedException {
    for (int i = 0; i < ITEMS; i++) {
      free.acquire();
      batcher.submit(new Item(free, new FlowKey(CLIENT, i)));
    }
    free.acquire(UNDER_WAY);
    free.release(UNDER_WAY);
  }
}
