package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.cache.FeatureCache.Backlog;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.inference.batch.FlowKey;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two streams of one client want the last of the cache's places at the same time. */
@Timeout(120)
class LastPlaceTest {

  private static final int ROUNDS = 20;
  private static final ByteString MAP = ByteString.copyFromUtf8("map1");

  /** Large, so that both have looked for a place before either takes it. */
  private static final ImageInput IMAGE =
      new ImageInput.Encoded(ByteString.copyFrom(new byte[4 << 20]));

  private final Queue<ImageJob> computing = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> answered = new ConcurrentLinkedQueue<>();

  /** Of two places one client gets one. */
  private final FeatureCache cache =
      new FeatureCache(
          new MapStore(1000, MAP.size()),
          new Backlog() {
            @Override
            public void submit(ImageJob job) {
              computing.add(job);
            }

            @Override
            public boolean expedite(ImageJob job, FlowKey from, FlowKey to) {
              return false;
            }
          },
          (job, map, done) -> answered.add(done),
          CacheListener.NONE,
          2);

  private enum Slowed implements Caller.Throttle {
    STREAM;

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }

  private enum Unanswered implements ImageJob.ResultSink<ByteString> {
    ITEM;

    @Override
    public void succeed(ByteString result, StageTimes times) {}

    @Override
    public void fail(Throwable cause) {}
  }

  private static ImageJob item(Object stream) {
    Caller caller =
        new Caller(
            new FlowKey("client", stream), () -> false, null, Slowed.STREAM, ImageTrace.NONE);
    return new ImageJob.Extract(IMAGE, DecodeCost.NONE, caller, Unanswered.ITEM);
  }

  @Test
  void whoDoesNotGetItIsComputedAndNotRefused() throws Exception {
    cache.submit(item("first"));
    computing.remove().computed(MAP);
    ExecutorService streams = Executors.newFixedThreadPool(2);
    CyclicBarrier together = new CyclicBarrier(2);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Callable<Void> submit =
            () -> {
              together.await();
              cache.submit(item(new Object()));
              return null;
            };
        for (Future<Void> done : streams.invokeAll(List.of(submit, submit))) {
          // Throws what the cache threw.
          done.get();
        }
        assertThat(answered).hasSize(1);
        assertThat(computing).hasSize(1);
        computing.clear();
        answered.remove().run();
      }
    } finally {
      streams.shutdownNow();
      assertThat(streams.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}
