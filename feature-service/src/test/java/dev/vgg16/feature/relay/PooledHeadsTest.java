package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.SettableFuture;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapSelection;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class PooledHeadsTest {

  /** Of cats the newer version alone takes pooled maps, of birds the older one; dogs do not. */
  private static final ListHeadsResponse HEADS =
      ListHeadsResponse.newBuilder()
          .addHeads(head("birds", 1, false, true))
          .addHeads(head("birds", 2, true, false))
          .addHeads(head("cats", 1, false, false))
          .addHeads(head("cats", 2, true, true))
          .addHeads(head("dogs", 1, true, false))
          .setDefaultHead("cats")
          .build();

  private final Queue<SettableFuture<ListHeadsResponse>> questions = new ArrayDeque<>();
  private long now = Long.MAX_VALUE - 5;
  private final PooledHeads heads =
      new PooledHeads(
          () -> {
            SettableFuture<ListHeadsResponse> question = SettableFuture.create();
            questions.add(question);
            return question;
          },
          new Ticker() {
            @Override
            public long read() {
              return now;
            }
          });

  @Test
  void takesAnUnknownHeadForOneThatNeedsWholeMaps() {
    assertThat(takePooled("cats")).isFalse();
    assertThat(takePooled()).isFalse();
    // Nobody waits for the answer, and one question at a time is enough.
    assertThat(questions).hasSize(1);
  }

  @Test
  void knowsAHeadByAllItsNames() {
    learn();
    assertThat(takePooled()).isTrue();
    assertThat(takePooled("")).isTrue();
    assertThat(takePooled("cats")).isTrue();
    assertThat(takePooled("cats@2")).isTrue();
    assertThat(takePooled("cats@1")).isFalse();
    assertThat(takePooled("birds@1")).isTrue();
    assertThat(takePooled("birds@2")).isFalse();
    assertThat(takePooled("birds")).isFalse();
    assertThat(takePooled("fish")).isFalse();
  }

  /** A name whose traffic is split means several versions, and a label one. */
  @Test
  void knowsAHeadThatIsReleasedInSteps() {
    learn(
        ListHeadsResponse.newBuilder()
            .addHeads(head("cats", 1, true, true))
            .addHeads(head("cats", 2, false, false).toBuilder().addReleaseLabels("canary"))
            .setDefaultHead("cats")
            .build());
    assertThat(takePooled("cats")).isTrue();
    assertThat(takePooled("cats@stable")).isTrue();
    assertThat(takePooled("cats@canary")).isFalse();
    assertThat(takePooled("cats@latest")).isFalse();
    pass(Duration.ofSeconds(10));
    learn(
        ListHeadsResponse.newBuilder()
            .addHeads(head("cats", 1, true, true))
            .addHeads(head("cats", 2, false, false).toBuilder().setTrafficPercent(5))
            .addHeads(head("cats", 3, false, true).toBuilder().addReleaseLabels("canary"))
            .setDefaultHead("cats")
            .build());
    assertThat(takePooled("cats")).isFalse();
    assertThat(takePooled()).isFalse();
    assertThat(takePooled("cats@stable")).isTrue();
    assertThat(takePooled("cats@canary")).isTrue();
    assertThat(takePooled("cats@latest")).isTrue();
  }

  @Test
  void asksForAllHeadsOfAllSelections() {
    learn();
    assertThat(takePooled("cats", "birds@1")).isTrue();
    assertThat(takePooled("cats", "dogs")).isFalse();
    assertThat(heads.allTakePooledMaps(List.of(select("cats"), select()))).isTrue();
    assertThat(heads.allTakePooledMaps(List.of(select("cats"), select("dogs")))).isFalse();
  }

  @Test
  void sendsWholeMapsToWhomMustExplain() {
    learn();
    MapSelection explained =
        select("cats").toBuilder().setExplain(Explain.getDefaultInstance()).build();
    assertThat(heads.allTakePooledMaps(List.of(explained))).isFalse();
    assertThat(heads.allTakePooledMaps(List.of(select("cats"), explained))).isFalse();
  }

  @Test
  void asksAgainAfterAWhile() {
    learn();
    pass(Duration.ofMillis(9_999));
    assertThat(takePooled("cats")).isTrue();
    assertThat(questions).isEmpty();
    pass(Duration.ofMillis(1));
    // The last answer holds until the next is there.
    assertThat(takePooled("cats")).isTrue();
    questions.remove().set(ListHeadsResponse.getDefaultInstance());
    assertThat(takePooled("cats")).isFalse();
  }

  @Test
  void keepsWhatItKnowsWhenAQuestionFailsAndAsksSoon() {
    learn();
    pass(Duration.ofSeconds(10));
    heads.refresh();
    questions.remove().setException(Status.UNAVAILABLE.asRuntimeException());
    assertThat(takePooled("cats")).isTrue();
    assertThat(questions).isEmpty();
    pass(Duration.ofSeconds(1));
    heads.refresh();
    assertThat(questions).hasSize(1);
  }

  @Test
  void forgetsAfterARefusalAndAsksSoon() {
    learn();
    heads.refused();
    assertThat(takePooled("cats")).isFalse();
    assertThat(questions).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(takePooled("cats")).isFalse();
    questions.remove().set(HEADS);
    assertThat(takePooled("cats")).isTrue();
  }

  /** It was given before the head changed, perhaps. */
  @Test
  void doesNotBelieveAnAnswerToAQuestionFromBeforeARefusal() {
    heads.refresh();
    heads.refused();
    questions.remove().set(HEADS);
    assertThat(takePooled("cats")).isFalse();
    pass(Duration.ofSeconds(1));
    heads.refresh();
    questions.remove().set(HEADS);
    assertThat(takePooled("cats")).isTrue();
  }

  private void learn() {
    learn(HEADS);
  }

  private void learn(ListHeadsResponse list) {
    heads.refresh();
    questions.remove().set(list);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private boolean takePooled(String... names) {
    return heads.allTakePooledMaps(List.of(select(names)));
  }

  private static MapSelection select(String... names) {
    return MapSelection.newBuilder().addAllHeads(Arrays.asList(names)).build();
  }

  private static Head head(String name, int version, boolean isDefault, boolean takesPooled) {
    return Head.newBuilder()
        .setName(name)
        .setVersion("" + version)
        .setDefaultVersion(isDefault)
        .setTakesPooledMaps(takesPooled)
        .build();
  }
}
