package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.SettableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.Backbones;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.relay.ScoreMessages;
import dev.vgg16.inference.batch.BatchWork.Placement;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The backbone of these tests makes of an image the mean of its pixels; an image is pixels of one
 * value, which its map then has and which tells the image's number.
 */
class FeaturePipelineTest {

  private static final int MAX_BATCH = 4;

  /** From the value of an image's pixels to that of the next; a sum of them is exact. */
  private static final float STEP = 1 / 64f;

  private final Backbone backbone = Backbones.tiny();
  private final ImageReader reader =
      new ImageReader(new ImageLimits(1000, 1000), 4, 4, Preprocessing.TF);
  private final BlockingQueue<Scoring> scorings = new LinkedBlockingQueue<>();
  private final FeaturePipeline pipeline =
      new FeaturePipeline(
          reader, backbone, this::hold, this::hold, Set.of(OutputForm.PLAIN), MAX_BATCH, 2);
  private final RowBuffer storage = pipeline.newStorage();

  /** A request to the heads that the test answers when it likes. */
  private record Scoring(ScoreRequest request, SettableFuture<ScoreResponse> answer) {

    int image(int index) {
      return number(request.getMaps().getData(), index);
    }

    void succeed() {
      ScoreResponse.Builder response = ScoreResponse.newBuilder();
      for (int i = 0; i < request.getMaps().getCount(); i++) {
        response.addMaps(
            MapScores.newBuilder()
                .setScores(
                    HeadScoresList.newBuilder()
                        .addHeads(HeadScores.newBuilder().setHead("" + image(i)))));
      }
      answer.set(response.build());
    }
  }

  /** What became of a job. */
  private static final class Result<R> implements ResultSink<R> {
    private R value;
    private StageTimes times;
    private Throwable failure;

    @Override
    public void succeed(R result, StageTimes times) {
      value = result;
      this.times = times;
    }

    @Override
    public void fail(Throwable cause) {
      failure = cause;
    }
  }

  private SettableFuture<ScoreResponse> hold(
      Scorer.Maps maps, List<MapSelection> selections, long nanosLeft) {
    ScoreRequest request =
        ScoreRequest.newBuilder()
            .setMaps(ScoreMessages.toProto(maps.in(OutputForm.PLAIN)))
            .addAllSelections(selections)
            .build();
    SettableFuture<ScoreResponse> answer = SettableFuture.create();
    scorings.add(new Scoring(request, answer));
    return answer;
  }

  @AfterEach
  void close() {
    storage.close();
    pipeline.close();
    backbone.close();
  }

  /** While the heads have a batch's maps, later batches run; its bytes must stay as they are. */
  @Test
  void keepsTheMapsUntilTheHeadsHaveAnswered() throws Exception {
    Result<HeadScoresList> first = new Result<>();
    run(classify(1, first));
    Scoring held = scorings.remove();
    for (int i = 2; i < 20; i++) {
      Result<HeadScoresList> other = new Result<>();
      run(classify(i, other));
      assertThat(held.image(0)).isEqualTo(1);
      scorings.remove().succeed();
      assertThat(head(other)).isEqualTo("" + i);
    }
    assertThat(first.value).isNull();
    held.succeed();
    assertThat(head(first)).isEqualTo("1");
  }

  @Test
  void waitsWhenTheHeadsHaveAllBuffers() throws Exception {
    run(classify(1, new Result<>()));
    run(classify(2, new Result<>()));
    Scoring oldest = scorings.remove();
    Result<HeadScoresList> third = new Result<>();
    Thread waiting = new Thread(() -> runUnchecked(classify(3, third)));
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      assertThat(waiting.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    oldest.succeed();
    waiting.join(TimeUnit.SECONDS.toMillis(20));
    scorings.remove().succeed();
    scorings.remove().succeed();
    assertThat(head(third)).isEqualTo("3");
  }

  @Test
  void sendsOnlyTheMapsToBeScoredAndEachToItsOwnJob() throws Exception {
    Result<ByteString> extracted = new Result<>();
    Result<HeadScoresList> one = new Result<>();
    Result<HeadScoresList> two = new Result<>();
    Result<ByteString> alsoExtracted = new Result<>();
    run(classify(1, one), extract(2, extracted), classify(3, two), extract(4, alsoExtracted));
    assertThat(number(extracted.value, 0)).isEqualTo(2);
    assertThat(extracted.times.isCached()).isFalse();
    assertThat(number(alsoExtracted.value, 0)).isEqualTo(4);
    Scoring scoring = scorings.remove();
    assertThat(scoring.request().getMaps().getCount()).isEqualTo(2);
    assertThat(scoring.request().getMaps().getData().size()).isEqualTo(24);
    scoring.succeed();
    assertThat(head(one)).isEqualTo("1");
    assertThat(head(two)).isEqualTo("3");
  }

  @Test
  void failsTheJobsWhoseScoringFailsAndGoesOn() throws Exception {
    for (int i = 0; i < 5; i++) {
      Result<HeadScoresList> result = new Result<>();
      run(classify(i, result));
      scorings.remove().answer().setException(new IllegalStateException("broken"));
      assertThat(result.failure).hasMessage("broken");
    }
  }

  @Test
  void failsTheJobsWhenTheHeadsAnswerForAnotherNumberOfMaps() throws Exception {
    Result<HeadScoresList> result = new Result<>();
    run(classify(1, result));
    scorings.remove().answer().set(ScoreResponse.getDefaultInstance());
    assertThat(result.failure).hasMessage("the head service answered 1 maps with 0 scores");
  }

  /** What they get must stay as it is, also when the buffer is written again. */
  @Test
  void givesACopyOfTheirMapToThoseWhoLeadOthers() throws Exception {
    List<ByteString> given = new ArrayList<>();
    ImageJob leader = extract(2, new Result<>());
    leader.lead(waiters(given));
    run(extract(1, new Result<>()), leader, extract(3, new Result<>()));
    for (int i = 0; i < 2; i++) {
      run(extract(4, new Result<>()), extract(5, new Result<>()));
    }
    assertThat(given).hasSize(1);
    assertThat(given.get(0).size()).isEqualTo(12);
    assertThat(number(given.get(0), 0)).isEqualTo(2);
  }

  @Test
  void answersWithAMapThatIsThere() throws Exception {
    List<ByteString> given = new ArrayList<>();
    ImageJob leader = extract(2, new Result<>());
    leader.lead(waiters(given));
    run(leader);
    AtomicInteger done = new AtomicInteger();

    Result<ByteString> extracted = new Result<>();
    pipeline.answer(extract(2, extracted), given.get(0), done::incrementAndGet);
    assertThat(done).hasValue(1);
    assertThat(extracted.value).isEqualTo(given.get(0));
    assertReused(extracted.times);

    Result<HeadScoresList> classified = new Result<>();
    pipeline.answer(classify(2, classified), given.get(0), done::incrementAndGet);
    assertThat(done).hasValue(1);
    scorings.remove().succeed();
    assertThat(done).hasValue(2);
    assertThat(head(classified)).isEqualTo("2");
    assertReused(classified.times);

    Result<HeadScoresList> failed = new Result<>();
    pipeline.answer(classify(2, failed), given.get(0), done::incrementAndGet);
    scorings.remove().answer().setException(new IllegalStateException("broken"));
    assertThat(done).hasValue(3);
    assertThat(failed.failure).hasMessage("broken");
  }

  private static void assertReused(StageTimes times) {
    assertThat(times.isCached()).isTrue();
    assertThat(times.decode()).isZero();
    assertThat(times.backbone()).isZero();
  }

  private static Waiters waiters(List<ByteString> maps) {
    return new Waiters() {
      @Override
      public boolean areAllCancelled() {
        return true;
      }

      @Override
      public void computed(ByteString map) {
        maps.add(map);
      }

      @Override
      public void failed(Throwable cause) {}
    };
  }

  private void run(ImageJob... jobs) throws Exception {
    for (int slot = 0; slot < jobs.length; slot++) {
      try (Placement<RowBuffer> placement = pipeline.prepare(jobs[slot])) {
        placement.place(storage, slot);
      }
    }
    pipeline.run(0, storage, new ArrayList<>(List.of(jobs)), false);
  }

  /** The first that is sampled has links to the others, and they to it. */
  @Test
  void imagesOfABatchAreToldOfEachOther() throws Exception {
    BatchOnly first = new BatchOnly("000000000000000a");
    BatchOnly second = new BatchOnly("000000000000000b");
    BatchOnly third = new BatchOnly("000000000000000c");
    run(traced(ImageTrace.NONE), traced(first), traced(second), traced(third));
    assertThat(List.of(first.size, second.size, third.size)).containsExactly(4, 4, 4);
    assertThat(first.others).containsExactly(second.span(), third.span());
    assertThat(second.others).containsExactly(first.span());
    assertThat(third.others).containsExactly(first.span());
  }

  private static ImageJob traced(ImageTrace trace) {
    Caller caller = new Caller(new FlowKey("client", new Object()), () -> false, null, null, trace);
    return new ImageJob.Extract(pixels(1), DecodeCost.NONE, caller, new Result<>());
  }

  /** What a trace is told of its batch. */
  private static final class BatchOnly implements ImageTrace {
    private final SpanContext span;
    private final List<SpanContext> others = new ArrayList<>();
    private int size;

    BatchOnly(String spanId) {
      span =
          SpanContext.create(
              "4bf92f3577b34da6a3ce929d0e0e4736",
              spanId,
              TraceFlags.getSampled(),
              TraceState.getDefault());
    }

    @Override
    public boolean isSampled() {
      return true;
    }

    @Override
    public SpanContext span() {
      return span;
    }

    @Override
    public void inBatch(int images) {
      size = images;
    }

    @Override
    public void inBatchWith(SpanContext other) {
      others.add(other);
    }
  }

  private void runUnchecked(ImageJob job) {
    try {
      run(job);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ImageJob classify(int number, ResultSink<HeadScoresList> answer) {
    return new ImageJob.Classify(
        pixels(number), DecodeCost.NONE, caller(), MapSelection.getDefaultInstance(), 0, answer);
  }

  private static ImageJob extract(int number, ResultSink<ByteString> answer) {
    return new ImageJob.Extract(pixels(number), DecodeCost.NONE, caller(), answer);
  }

  private static Caller caller() {
    return new Caller(
        new FlowKey("client", new Object()), () -> false, null, null, ImageTrace.NONE);
  }

  private static ImageInput pixels(int number) {
    ByteBuffer bytes = ByteBuffer.allocate(192).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat(number * STEP);
    }
    return new ImageInput.Pixels(ByteString.copyFrom(bytes.array()));
  }

  private static int number(ByteString maps, int index) {
    float mean = maps.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat(12 * index);
    return Math.round(mean / STEP);
  }

  private static String head(Result<HeadScoresList> result) {
    return result.value.getHeads(0).getHead();
  }
}
