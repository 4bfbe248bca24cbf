package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.ListeningExecutorService;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.Backbones;
import dev.vgg16.feature.cache.FeatureCache.Backlog;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.FeaturePipeline;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.feature.relay.ScoreMessages;
import dev.vgg16.inference.batch.BatchWork;
import dev.vgg16.inference.batch.Batcher;
import dev.vgg16.inference.batch.BatcherListener;
import dev.vgg16.inference.batch.BatcherOptions;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many threads, few images, and all that comes after the cache but VGG16. An image is pixels of one
 * value that tells its number, which its map and its head's name then have; every tenth can't be
 * read.
 */
class FeatureCacheStressTest {

  private static final int THREADS = 8;
  private static final int JOBS_PER_THREAD = 2_000;
  private static final int IMAGES = 60;

  /** From the value of an image's pixels to that of the next; a sum of them is exact. */
  private static final float STEP = 1 / 64f;

  /** Together somewhat more than the queue and the cache have places for. */
  private static final int UNANSWERED_PER_THREAD = 12;

  private static final int MAP_BYTES = 12;

  private final Backbone backbone = Backbones.tiny();
  private final ListeningExecutorService heads =
      MoreExecutors.listeningDecorator(Executors.newFixedThreadPool(2));
  private final FeaturePipeline pipeline =
      new FeaturePipeline(
          new ImageReader(new ImageLimits(1000, 1000), 4, 4, Preprocessing.TF),
          backbone,
          this::score,
          this::score,
          Set.of(OutputForm.PLAIN),
          4,
          3);
  private final AtomicIntegerArray runs = new AtomicIntegerArray(IMAGES);
  private final Batcher<ImageJob, RowBuffer> batcher =
      new Batcher<>(
          "test",
          new BatcherOptions(4, Duration.ZERO, 20, 1 << 20, 2, backbone.instances()),
          new Counting(),
          BatcherListener.NONE);

  /** The pipeline; counts the runs of each image. */
  private final class Counting implements BatchWork<ImageJob, RowBuffer> {

    @Override
    public RowBuffer newStorage() {
      return pipeline.newStorage();
    }

    @Override
    public Placement<RowBuffer> prepare(ImageJob job) {
      return pipeline.prepare(job);
    }

    @Override
    public void move(RowBuffer storage, int from, int to) {
      pipeline.move(storage, from, to);
    }

    @Override
    public void run(int worker, RowBuffer storage, List<ImageJob> jobs, boolean alone)
        throws Exception {
      jobs.forEach(job -> runs.incrementAndGet(number(job.input().bytes())));
      pipeline.run(worker, storage, jobs, alone);
    }
  }

  /** A call that asks for the map or the scores of an image, and may be cancelled. */
  private static final class Call<R> implements ResultSink<R> {
    private final int image;
    private final AtomicInteger answers = new AtomicInteger();
    private final Semaphore unanswered;
    private volatile boolean cancelled;
    private volatile Object answer;

    Call(int image, Semaphore unanswered) {
      this.image = image;
      this.unanswered = unanswered;
    }

    @Override
    public void succeed(R result, StageTimes times) {
      end(
          result instanceof ByteString map
              ? number(map)
              : Float.parseFloat(((HeadScoresList) result).getHeads(0).getHead()));
    }

    @Override
    public void fail(Throwable cause) {
      end(cause);
    }

    private void end(Object how) {
      answer = how;
      answers.incrementAndGet();
      unanswered.release();
    }

    boolean wasRefused() {
      return is(ServingException.Kind.OVERLOADED);
    }

    void check() {
      assertThat(answers).hasValue(1);
      if (wasRefused() || (cancelled && is(ServingException.Kind.CANCELLED))) {
        return;
      }
      if (isUnreadable(image)) {
        assertThat(is(ServingException.Kind.INVALID_INPUT)).as("%s", answer).isTrue();
      } else {
        assertThat(answer).isEqualTo((float) image);
      }
    }

    private boolean is(ServingException.Kind kind) {
      return answer instanceof ServingException e && e.kind() == kind;
    }
  }

  @AfterEach
  void close() {
    batcher.close();
    pipeline.close();
    backbone.close();
    heads.shutdown();
  }

  @ParameterizedTest
  @CsvSource({"1000, true", "5, false"})
  void answersEveryJobOnceAndComputesNoMapTwice(int mapsKept, boolean allKept) throws Exception {
    FeatureCache cache =
        new FeatureCache(
            new MapStore((long) mapsKept * (MAP_BYTES + MapStore.ENTRY_BYTES), MAP_BYTES),
            new Backlog() {
              @Override
              public void submit(ImageJob job) {
                batcher.submit(job);
              }

              @Override
              public boolean expedite(ImageJob job, FlowKey from, FlowKey to) {
                return batcher.expedite(job, from, to);
              }
            },
            pipeline::answer,
            CacheListener.NONE,
            50);
    List<List<Call<?>>> calls = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      List<Call<?>> mine = new ArrayList<>();
      calls.add(mine);
      Random random = new Random(i);
      threads.add(new Thread(() -> submitMany(cache, random, mine)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    // A leader is answered shortly before its computation ends.
    batcher.close();
    assertThat(cache.inFlight()).isZero();
    assertThat(calls).allSatisfy(mine -> assertThat(mine).hasSize(JOBS_PER_THREAD));
    calls.forEach(mine -> mine.forEach(Call::check));
    assertThat(calls.stream().flatMap(List::stream).filter(p -> !p.wasRefused()).count())
        .isGreaterThan(THREADS * JOBS_PER_THREAD / 10);
    for (int image = 0; image < IMAGES; image++) {
      if (isUnreadable(image)) {
        assertThat(runs.get(image)).isZero();
      } else if (allKept) {
        assertThat(runs.get(image)).isEqualTo(1);
      }
    }
  }

  private static void submitMany(FeatureCache cache, Random random, List<Call<?>> calls) {
    Semaphore unanswered = new Semaphore(UNANSWERED_PER_THREAD);
    for (int i = 0; i < JOBS_PER_THREAD; i++) {
      await(unanswered, 1);
      // Images become known one after the other, so that there are misses all along.
      int image = random.nextInt(1 + i * IMAGES / JOBS_PER_THREAD);
      Call<?> call =
          random.nextBoolean()
              ? submitExtract(cache, image, unanswered)
              : submitClassify(cache, image, unanswered);
      calls.add(call);
      if (random.nextInt(4) == 0) {
        calls.get(random.nextInt(calls.size())).cancelled = true;
        call.cancelled = true;
      }
    }
    await(unanswered, UNANSWERED_PER_THREAD);
  }

  private static void await(Semaphore unanswered, int count) {
    if (!Uninterruptibles.tryAcquireUninterruptibly(unanswered, count, 120, TimeUnit.SECONDS)) {
      throw new AssertionError("jobs are not answered");
    }
  }

  private static Call<?> submitExtract(FeatureCache cache, int image, Semaphore unanswered) {
    Call<ByteString> call = new Call<>(image, unanswered);
    submit(cache, new ImageJob.Extract(pixels(image), DecodeCost.NONE, caller(call), call));
    return call;
  }

  private static Call<?> submitClassify(FeatureCache cache, int image, Semaphore unanswered) {
    Call<HeadScoresList> call = new Call<>(image, unanswered);
    MapSelection selection = MapSelection.getDefaultInstance();
    submit(
        cache,
        new ImageJob.Classify(pixels(image), DecodeCost.NONE, caller(call), selection, 0, call));
    return call;
  }

  private static void submit(FeatureCache cache, ImageJob job) {
    try {
      cache.submit(job);
    } catch (ServingException e) {
      job.fail(e);
    }
  }

  private static Caller caller(Call<?> call) {
    return new Caller(
        new FlowKey(call, new Object()), () -> call.cancelled, null, null, ImageTrace.NONE);
  }

  private ListenableFuture<ScoreResponse> score(
      Scorer.Maps maps, List<MapSelection> selections, long nanosLeft) {
    FeatureMaps plain = ScoreMessages.toProto(maps.in(OutputForm.PLAIN));
    return heads.submit(
        () -> {
          ScoreResponse.Builder response = ScoreResponse.newBuilder();
          for (int i = 0; i < plain.getCount(); i++) {
            String head = "" + number(plain.getData().substring(MAP_BYTES * i));
            response.addMaps(
                MapScores.newBuilder()
                    .setScores(
                        HeadScoresList.newBuilder()
                            .addHeads(HeadScores.newBuilder().setHead(head))));
          }
          return response.build();
        });
  }

  private static boolean isUnreadable(int image) {
    return image % 10 == 9;
  }

  private static ImageInput pixels(int number) {
    ByteBuffer bytes =
        ByteBuffer.allocate(isUnreadable(number) ? 188 : 192).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat(number * STEP);
    }
    return new ImageInput.Pixels(ByteString.copyFrom(bytes.array()));
  }

  private static int number(ByteString floats) {
    float value = floats.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat();
    return Math.round(value / STEP);
  }
}
