package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.platform.Fp16Conversions;
import com.google.common.util.concurrent.SettableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.backbone.Backbone;
import dev.vgg16.feature.backbone.Backbones;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.relay.ScoreMessages;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.Pooling;
import dev.vgg16.v1.ScoreResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Maps in other forms than the plain one; an image is pixels of one number, which its map has. */
class MapDispatcherTest {

  private static final OutputForm HALVES = new OutputForm(ElementType.FLOAT16, false);
  private static final OutputForm POOLED = new OutputForm(ElementType.FLOAT16, true);
  private static final Set<OutputForm> WIRE = Set.of(HALVES, POOLED);
  private static final MapSelection EXPLAINED =
      MapSelection.newBuilder().setExplain(Explain.getDefaultInstance()).build();

  @AutoClose private final Backbone backbone = Backbones.tiny(WIRE);
  @AutoClose private final BatchMaps maps = new BatchMaps(backbone, 4, WIRE);
  @AutoClose private final RowBuffer input = backbone.newInput(4);

  private final SettableFuture<ScoreResponse> answer = SettableFuture.create();
  private final List<BatchMaps> givenBack = new ArrayList<>();
  private final List<Object> results = new ArrayList<>();
  private final List<Throwable> unsent = new ArrayList<>();
  private final List<List<MapSelection>> sent = new ArrayList<>();
  private final List<Scorer.Maps> parts = new ArrayList<>();
  private final List<SettableFuture<ScoreResponse>> answers = new ArrayList<>();
  private MapSelection failsToSend;
  private Scorer.Maps scored;
  private Scorer.Maps kept;
  private final MapDispatcher dispatcher =
      new MapDispatcher(
          "tiny",
          (toScore, selections, nanosLeft) -> {
            scored = toScore;
            return answer;
          },
          (toScore, selections, nanosLeft) -> {
            kept = toScore;
            return answer;
          },
          givenBack::add,
          new MapCopies(0));

  @Test
  void givesTheMapsToBeScoredInEachFormUntilTheAnswer() throws Exception {
    run(List.of(classify(), extract(), classify()));
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            ByteString.class,
            map -> {
              assertThat(map.size()).isEqualTo(12);
              assertThat(map.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat(0))
                  .isEqualTo(2);
            });
    // Either may be asked for again: that is how a batch is sent again.
    for (int i = 0; i < 2; i++) {
      for (OutputForm form : WIRE) {
        FeatureMaps message = ScoreMessages.toProto(scored.in(form));
        assertThat(message.getDataType()).isEqualTo(DataType.DATA_TYPE_FLOAT16);
        assertThat(message.getPooling())
            .isEqualTo(form.pooled() ? Pooling.POOLING_AVERAGE : Pooling.POOLING_UNSPECIFIED);
        assertThat(message.getCount()).isEqualTo(2);
        assertThat(message.getData().size()).isEqualTo(12);
        assertThat(bytes(message).getShort(0)).isEqualTo(Fp16Conversions.floatToFp16(1));
        assertThat(bytes(message).getShort(6)).isEqualTo(Fp16Conversions.floatToFp16(3));
      }
    }
    assertThat(givenBack).isEmpty();
    MapScores scores =
        MapScores.newBuilder().setScores(HeadScoresList.getDefaultInstance()).build();
    answer.set(ScoreResponse.newBuilder().addMaps(scores).addMaps(scores).build());
    assertThat(givenBack).containsExactly(maps);
    assertThat(results).hasSize(3);
  }

  /** A message is answered as a whole: what takes the heads long would hold up the others. */
  @Test
  void whatTakesTheHeadsLongGoesApart() throws Exception {
    List<ImageJob> jobs = List.of(classify(), classify(EXPLAINED), classify());
    write(jobs);
    // The limit of copies is reached.
    assertThat(apart(new MapCopies(0)).dispatch(jobs, maps)).isTrue();
    assertThat(sent)
        .containsExactly(List.of(MapSelection.getDefaultInstance()), List.of(EXPLAINED));
    assertThat(bytes(ScoreMessages.toProto(parts.get(0).in(HALVES))).getShort(6))
        .isEqualTo(Fp16Conversions.floatToFp16(3));
    assertThat(bytes(ScoreMessages.toProto(parts.get(1).in(HALVES))).getShort(0))
        .isEqualTo(Fp16Conversions.floatToFp16(2));
    MapScores scores =
        MapScores.newBuilder().setScores(HeadScoresList.getDefaultInstance()).build();
    answers.get(0).set(ScoreResponse.newBuilder().addMaps(scores).addMaps(scores).build());
    assertThat(results).hasSize(2);
    assertThat(givenBack).isEmpty();
    answers.get(1).setException(new IllegalStateException("no"));
    assertThat(results).hasSize(3);
    assertThat(givenBack).containsExactly(maps);
  }

  /** Else those who explain would stop the backbone for everybody. */
  @Test
  void whatTakesTheHeadsLongDoesNotHoldTheBuffer() throws Exception {
    MapCopies copies = new MapCopies(1);
    List<ImageJob> jobs = List.of(classify(), classify(EXPLAINED), classify());
    write(jobs);
    assertThat(apart(copies).dispatch(jobs, maps)).isTrue();
    assertThat(copies.reserve(1)).isFalse();
    MapScores scores =
        MapScores.newBuilder().setScores(HeadScoresList.getDefaultInstance()).build();
    answers.get(0).set(ScoreResponse.newBuilder().addMaps(scores).addMaps(scores).build());
    assertThat(givenBack).containsExactly(maps);
    // Whatever is written to the buffer now, and however often the maps are asked for.
    write(List.of(classify(), extract()), 7);
    for (int i = 0; i < 2; i++) {
      for (OutputForm form : WIRE) {
        FeatureMaps message = ScoreMessages.toProto(parts.get(1).in(form));
        assertThat(message.getCount()).isEqualTo(1);
        assertThat(bytes(message).getShort(0)).isEqualTo(Fp16Conversions.floatToFp16(2));
      }
    }
    answers.get(1).set(ScoreResponse.newBuilder().addMaps(scores).build());
    assertThat(results).hasSize(3);
    assertThat(givenBack).hasSize(1);
    assertThat(copies.reserve(1)).isTrue();
  }

  @Test
  void aBatchOfWhichAllTakesLongHoldsNoBuffer() throws Exception {
    List<ImageJob> jobs = List.of(classify(EXPLAINED), classify(EXPLAINED));
    write(jobs);
    assertThat(apart(new MapCopies(2)).dispatch(jobs, maps)).isFalse();
    assertThat(parts).hasSize(1);
    assertThat(ScoreMessages.toProto(parts.get(0).in(HALVES)).getCount()).isEqualTo(2);
  }

  /**
   * The first part may be sent again for as long as it has no answer, and reads the buffer then.
   */
  @Test
  void theBufferStaysWithTheFirstPartWhenTheSecondCanNotBeSent() throws Exception {
    failsToSend = EXPLAINED;
    List<ImageJob> jobs = List.of(classify(), classify(EXPLAINED), classify());
    write(jobs);
    assertThat(apart(new MapCopies(0)).dispatch(jobs, maps)).isTrue();
    assertThat(results).singleElement().isInstanceOf(OutOfMemoryError.class);
    assertThat(givenBack).isEmpty();
    answers.get(0).setException(new IllegalStateException("no"));
    assertThat(results).hasSize(3);
    assertThat(givenBack).containsExactly(maps);
  }

  @Test
  void theSecondPartIsSentWhenTheFirstCanNotBe() throws Exception {
    failsToSend = MapSelection.getDefaultInstance();
    List<ImageJob> jobs = List.of(classify(), classify(EXPLAINED));
    write(jobs);
    assertThat(apart(new MapCopies(0)).dispatch(jobs, maps)).isTrue();
    assertThat(results).hasSize(1);
    assertThat(givenBack).isEmpty();
    answers.get(0).setException(new IllegalStateException("no"));
    assertThat(results).hasSize(2);
    assertThat(givenBack).containsExactly(maps);
  }

  @Test
  void theBufferComesBackWhenNothingCanBeSent() throws Exception {
    failsToSend = MapSelection.getDefaultInstance();
    List<ImageJob> jobs = List.of(classify());
    write(jobs);
    assertThat(apart(new MapCopies(0)).dispatch(jobs, maps)).isTrue();
    assertThat(results).hasSize(1);
    assertThat(givenBack).containsExactly(maps);
  }

  /** Sends to {@link #sent}, {@link #parts} and {@link #answers}. */
  private MapDispatcher apart(MapCopies copies) {
    return new MapDispatcher(
        "tiny",
        (toScore, selections, nanosLeft) -> {
          if (selections.get(0).equals(failsToSend)) {
            throw new OutOfMemoryError("no memory to send");
          }
          sent.add(selections);
          parts.add(toScore);
          answers.add(SettableFuture.create());
          return answers.get(answers.size() - 1);
        },
        (toScore, selections, nanosLeft) -> answer,
        givenBack::add,
        copies);
  }

  /** As when the memory that a socket needs is used up. */
  @Test
  void anAnswerThatCanNotBeSentKeepsNobodyElseFromTheirs() throws Exception {
    run(List.of(unsendable(), classify(), unsendable(), classify()));
    MapScores scores =
        MapScores.newBuilder().setScores(HeadScoresList.getDefaultInstance()).build();
    answer.set(ScoreResponse.newBuilder().addAllMaps(Collections.nCopies(4, scores)).build());
    assertThat(results).hasSize(2).allMatch(HeadScoresList.class::isInstance);
    assertThat(unsent).hasSize(2);
  }

  @Test
  void neitherDoesAFailure() throws Exception {
    run(List.of(unsendable(), classify()));
    answer.setException(new IllegalStateException("no"));
    assertThat(results).hasSize(1);
  }

  private ImageJob unsendable() {
    return new ImageJob.Classify(
        NO_IMAGE,
        DecodeCost.NONE,
        caller(),
        MapSelection.getDefaultInstance(),
        0,
        new ResultSink<>() {
          @Override
          public void succeed(HeadScoresList result, StageTimes times) {
            throw new OutOfMemoryError("no memory to send");
          }

          @Override
          public void fail(Throwable cause) {
            unsent.add(cause);
            throw new OutOfMemoryError("no memory to fail");
          }
        });
  }

  @Test
  void sendsNoMapsOfCancelledCalls() throws Exception {
    run(List.of(classify(), cancelled(), classify()));
    for (OutputForm form : WIRE) {
      FeatureMaps message = ScoreMessages.toProto(scored.in(form));
      assertThat(message.getCount()).isEqualTo(2);
      assertThat(bytes(message).getShort(0)).isEqualTo(Fp16Conversions.floatToFp16(1));
      assertThat(bytes(message).getShort(6)).isEqualTo(Fp16Conversions.floatToFp16(3));
    }
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.CANCELLED));
  }

  @Test
  void asksTheBackboneForTheFormsThatTheJobsNeedAlone() {
    assertThat(maps.neededBy(List.of(extract())).keySet()).containsExactly(OutputForm.PLAIN);
    assertThat(maps.neededBy(List.of(classify())).keySet()).isEqualTo(WIRE);
    assertThat(maps.neededBy(List.of(extract(), classify())).keySet())
        .containsExactlyInAnyOrder(OutputForm.PLAIN, HALVES, POOLED);
    ImageJob leader = classify();
    leader.lead(NO_FOLLOWERS);
    assertThat(maps.neededBy(List.of(leader)).keySet())
        .containsExactlyInAnyOrder(OutputForm.PLAIN, HALVES, POOLED);
  }

  /** The cache has maps in the plain form only, whatever form is sent otherwise. */
  @Test
  void givesAKeptMapInThePlainForm() {
    ByteString map = ByteString.copyFrom(new byte[12]);
    List<String> done = new ArrayList<>();
    dispatcher.dispatch(classify(), map, () -> done.add("done"));
    assertThat(scored).isNull();
    assertThat(ScoreMessages.toProto(kept.in(OutputForm.PLAIN)))
        .isEqualTo(
            FeatureMaps.newBuilder()
                .setBackbone("tiny")
                .setDataType(DataType.DATA_TYPE_FLOAT32)
                .setCount(1)
                .setData(map)
                .build());
    assertThat(done).isEmpty();
    answer.setException(new IllegalStateException("no"));
    assertThat(done).containsExactly("done");
  }

  @Test
  void sendsTheTraceContextsOfMapsThatAreSampled() throws Exception {
    run(List.of(classify(), traced("first"), cancelled(), traced("second")));
    for (OutputForm form : WIRE) {
      assertThat(scored.in(form).traceparents()).containsExactly("", "first", "second");
    }
  }

  @Test
  void sendsNoTraceContextsWhereNoMapIsSampled() throws Exception {
    run(List.of(classify(), classify()));
    assertThat(scored.in(HALVES).traceparents()).isEmpty();
  }

  @Test
  void aKeptMapHasATraceContextToo() {
    dispatcher.dispatch(traced("kept"), ByteString.copyFrom(new byte[12]), () -> {});
    assertThat(kept.in(OutputForm.PLAIN).traceparents()).containsExactly("kept");
  }

  @Test
  void sendsTheKeysOfMaps() throws Exception {
    run(List.of(keyed(7), cancelled(), extract(), keyed(-1)));
    for (OutputForm form : WIRE) {
      assertThat(scored.in(form).routingKeys()).containsExactly(7L, -1L);
    }
    dispatcher.dispatch(keyed(9), ByteString.copyFrom(new byte[12]), () -> {});
    assertThat(kept.in(OutputForm.PLAIN).routingKeys()).containsExactly(9L);
  }

  private ImageJob keyed(long key) {
    return new ImageJob.Classify(
        NO_IMAGE,
        DecodeCost.NONE,
        caller(),
        MapSelection.getDefaultInstance(),
        key,
        new Collected<>());
  }

  private ImageJob traced(String traceparent) {
    ImageTrace trace =
        new ImageTrace() {
          private boolean isSent;

          @Override
          public boolean isSampled() {
            return true;
          }

          @Override
          public String sentToHeads() {
            // A second span of the heads would be one too many.
            assertThat(isSent).isFalse();
            isSent = true;
            return traceparent;
          }
        };
    return new ImageJob.Classify(
        NO_IMAGE,
        DecodeCost.NONE,
        new Caller(new FlowKey("client", new Object()), () -> false, null, null, trace),
        MapSelection.getDefaultInstance(),
        0,
        new Collected<>());
  }

  private void run(List<ImageJob> jobs) throws Exception {
    write(jobs);
    assertThat(dispatcher.dispatch(jobs, maps)).isTrue();
  }

  private void write(List<ImageJob> jobs) throws Exception {
    write(jobs, 1);
  }

  private void write(List<ImageJob> jobs, int first) throws Exception {
    for (int i = 0; i < jobs.size(); i++) {
      ByteBuffer pixels = input.row(i);
      while (pixels.hasRemaining()) {
        pixels.putFloat(first + i);
      }
    }
    backbone.run(0, input, jobs.size(), false, maps.neededBy(jobs));
  }

  private ImageJob classify() {
    return classify(MapSelection.getDefaultInstance());
  }

  private ImageJob classify(MapSelection selection) {
    return new ImageJob.Classify(
        NO_IMAGE, DecodeCost.NONE, caller(), selection, 0, new Collected<>());
  }

  private ImageJob cancelled() {
    return new ImageJob.Classify(
        NO_IMAGE,
        DecodeCost.NONE,
        new Caller(new FlowKey("client", new Object()), () -> true, null, null, ImageTrace.NONE),
        MapSelection.getDefaultInstance(),
        0,
        new Collected<>());
  }

  private ImageJob extract() {
    return new ImageJob.Extract(NO_IMAGE, DecodeCost.NONE, caller(), new Collected<>());
  }

  private static final ImageInput NO_IMAGE = new ImageInput.Pixels(ByteString.EMPTY);

  private static final Waiters NO_FOLLOWERS =
      new Waiters() {
        @Override
        public boolean areAllCancelled() {
          return true;
        }

        @Override
        public void computed(ByteString map) {}

        @Override
        public void failed(Throwable cause) {}
      };

  private static Caller caller() {
    return new Caller(
        new FlowKey("client", new Object()), () -> false, null, null, ImageTrace.NONE);
  }

  private final class Collected<R> implements ResultSink<R> {
    @Override
    public void succeed(R result, StageTimes times) {
      results.add(result);
    }

    @Override
    public void fail(Throwable cause) {
      results.add(cause);
    }
  }

  private static ByteBuffer bytes(FeatureMaps message) {
    return message.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
