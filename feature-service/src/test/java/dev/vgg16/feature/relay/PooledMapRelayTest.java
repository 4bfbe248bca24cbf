package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.service.errors.Reason;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.Pooling;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** The head `cats` takes pooled maps, and `dogs` needs whole ones. */
class PooledMapRelayTest {

  private static final List<MapSelection> CATS = List.of(select("cats"));
  private static final com.google.rpc.Status REFUSAL =
      Statuses.toProto(ServingException.mismatch(Reason.WHOLE_MAPS_NEEDED, "whole, please"));
  private static final com.google.rpc.Status NOT_FOUND =
      Statuses.toProto(ServingException.notFound("no cats"));

  /** A message to the heads that the test answers. */
  private record Sent(ScoreRequest request, long nanosLeft, SettableFuture<ScoreResponse> answer) {}

  private final Queue<Sent> sent = new ArrayDeque<>();
  private long now = 7;
  private final Ticker ticker =
      new Ticker() {
        @Override
        public long read() {
          return now;
        }
      };
  private final PooledHeads heads =
      new PooledHeads(
          () ->
              Futures.immediateFuture(
                  ListHeadsResponse.newBuilder()
                      .addHeads(
                          Head.newBuilder()
                              .setName("cats")
                              .setDefaultVersion(true)
                              .setTakesPooledMaps(true))
                      .build()),
          ticker);
  private final PooledMapRelay relay =
      new PooledMapRelay(
          new MapRelay(
              this::hold,
              new WireOptions(ElementType.FLOAT16, true),
              OpenTelemetry.noop().getMeter("test")),
          heads,
          Duration.ofSeconds(5),
          ticker);

  private ListenableFuture<ScoreResponse> hold(ScoreMessage message, long nanosLeft) {
    SettableFuture<ScoreResponse> answer = SettableFuture.create();
    sent.add(new Sent(ScoreMessages.toProto(message), nanosLeft, answer));
    return answer;
  }

  @Test
  void sendsPooledMapsToHeadsThatTakeThem() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(CATS);
    Sent pooled = sent.remove();
    assertThat(pooled.request().getMaps().getPooling()).isEqualTo(Pooling.POOLING_AVERAGE);
    assertThat(pooled.request().getMaps().getDataType()).isEqualTo(DataType.DATA_TYPE_FLOAT16);
    assertThat(pooled.request().getSelectionsList()).isEqualTo(CATS);
    pooled.answer().set(response(scores("a")));
    assertThat(answer.get()).isEqualTo(response(scores("a")));
    assertThat(sent).isEmpty();
  }

  @Test
  void sendsWholeMapsWhereOneHeadNeedsThem() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(List.of(select("cats"), select("dogs")));
    Sent whole = sent.remove();
    assertThat(whole.request().getMaps().getPooling()).isEqualTo(Pooling.POOLING_UNSPECIFIED);
    assertThat(whole.request().getMaps().getDataType()).isEqualTo(DataType.DATA_TYPE_FLOAT16);
    whole.answer().set(response(scores("a")));
    assertThat(answer.get()).isEqualTo(response(scores("a")));
  }

  @Test
  void sendsAgainWholeWhatIsRefusedAltogether() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(CATS);
    now += 1_000;
    sent.remove().answer().setException(Statuses.fromProto(REFUSAL));
    assertSentAgainWhole(answer);
  }

  @Test
  void sendsAgainWholeWhatIsRefusedForOneMap() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(CATS);
    now += 1_000;
    MapScores refused = MapScores.newBuilder().setError(REFUSAL).build();
    sent.remove().answer().set(response(scores("a"), refused));
    assertSentAgainWhole(answer);
  }

  @Test
  void sendsAgainWholeWhatIsRefusedByOneHead() throws Exception {
    ListenableFuture<ScoreResponse> answer = score(CATS);
    now += 1_000;
    MapScores refused =
        MapScores.newBuilder()
            .setScores(
                HeadScoresList.newBuilder()
                    .addHeads(HeadScores.newBuilder().setHead("a"))
                    .addHeads(HeadScores.newBuilder().setError(REFUSAL)))
            .build();
    sent.remove().answer().set(response(scores("b"), refused));
    assertSentAgainWhole(answer);
  }

  private void assertSentAgainWhole(ListenableFuture<ScoreResponse> answer) throws Exception {
    Sent whole = sent.remove();
    assertThat(whole.request().getMaps().getPooling()).isEqualTo(Pooling.POOLING_UNSPECIFIED);
    assertThat(whole.request().getSelectionsList()).isEqualTo(CATS);
    assertThat(whole.nanosLeft()).isEqualTo(Duration.ofSeconds(5).toNanos() - 1_000);
    assertThat(answer.isDone()).isFalse();
    whole.answer().set(response(scores("whole")));
    assertThat(answer.get()).isEqualTo(response(scores("whole")));
    // And the next batch goes whole at once, until the heads have been asked again.
    var unused = score(CATS);
    assertThat(sent.remove().request().getMaps().getPooling())
        .isEqualTo(Pooling.POOLING_UNSPECIFIED);
    now += Duration.ofSeconds(1).toNanos();
    unused = score(CATS);
    assertThat(sent.remove().request().getMaps().getPooling()).isEqualTo(Pooling.POOLING_AVERAGE);
  }

  @Test
  void handsOnOtherFailuresAsTheyAre() {
    ListenableFuture<ScoreResponse> unknown = score(CATS);
    sent.remove().answer().setException(Statuses.fromProto(NOT_FOUND));
    assertThatThrownBy(unknown::get).hasMessageContaining("NOT_FOUND: no cats");
    ListenableFuture<ScoreResponse> down = score(CATS);
    sent.remove().answer().setException(ServingException.unavailable("no replica"));
    assertThatThrownBy(down::get).cause().isInstanceOf(ServingException.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void waitsNoLongerThanTheCaller() {
    var unused = relay.score(PooledMapRelayTest::maps, CATS, 300);
    now += 100;
    Sent pooled = sent.remove();
    assertThat(pooled.nanosLeft()).isEqualTo(300);
    pooled.answer().setException(Statuses.fromProto(REFUSAL));
    assertThat(sent.remove().nanosLeft()).isEqualTo(200);
  }

  private ListenableFuture<ScoreResponse> score(List<MapSelection> selections) {
    return relay.score(PooledMapRelayTest::maps, selections, Long.MAX_VALUE);
  }

  private static MapsMessage maps(OutputForm form) {
    return new MapsMessage("tiny", form, 1, List.of());
  }

  private static MapSelection select(String head) {
    return MapSelection.newBuilder().addHeads(head).build();
  }

  private static ScoreResponse response(MapScores... maps) {
    return ScoreResponse.newBuilder().addAllMaps(List.of(maps)).build();
  }

  private static MapScores scores(String head) {
    return MapScores.newBuilder()
        .setScores(HeadScoresList.newBuilder().addHeads(HeadScores.newBuilder().setHead(head)))
        .build();
  }
}
