package dev.vgg16.feature.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.cache.FeatureCache.Backlog;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The batcher and the pipeline of these tests are lists, which the tests work off themselves. */
class FeatureCacheTest {

  private static final int MAP_BYTES = 4;
  private static final int CAPACITY = 3;
  private static final ByteString MAP = ByteString.copyFromUtf8("map1");

  private final ArrayDeque<ImageJob> computing = new ArrayDeque<>();
  private final List<Answered> answered = new ArrayList<>();
  private final Events events = new Events();
  private final List<FlowKey> expedited = new ArrayList<>();
  private final FeatureCache cache = cacheOf(100);
  private RuntimeException refusal;
  private RuntimeException defect;

  /** A job that the cache had answered with a map. */
  private record Answered(ImageJob job, ByteString map, Runnable done) {}

  /** Counts the calls of the listener. */
  private static final class Events implements CacheListener {
    private int hits;
    private int joined;
    private int misses;
    private int refused;

    @Override
    public void hit() {
      hits++;
    }

    @Override
    public void joined() {
      joined++;
    }

    @Override
    public void missed() {
      misses++;
    }

    @Override
    public void refused() {
      refused++;
    }

    @Override
    public String toString() {
      return "%d hits, %d joined, %d misses, %d refused".formatted(hits, joined, misses, refused);
    }
  }

  /** A call that asks for a map, and may be cancelled. */
  private static final class Call implements ImageJob.ResultSink<ByteString> {
    private final List<Throwable> failures = new ArrayList<>();
    private final ImageJob job;
    private boolean cancelled;

    Call(ImageInput input) {
      this(input, new Object());
    }

    Call(ImageInput input, Object client) {
      FlowKey flow = new FlowKey(client, new Object());
      job =
          new ImageJob.Extract(
              input,
              DecodeCost.NONE,
              new Caller(flow, () -> cancelled, null, null, ImageTrace.NONE),
              this);
    }

    @Override
    public void succeed(ByteString result, StageTimes times) {}

    @Override
    public void fail(Throwable cause) {
      failures.add(cause);
    }
  }

  private FeatureCache cacheOf(int maps) {
    return new FeatureCache(
        new MapStore((long) maps * (MAP_BYTES + MapStore.ENTRY_BYTES), MAP_BYTES),
        backlog(this::compute),
        this::answer,
        events,
        CAPACITY);
  }

  private Backlog backlog(Consumer<ImageJob> compute) {
    return new Backlog() {
      @Override
      public void submit(ImageJob job) {
        compute.accept(job);
      }

      @Override
      public boolean expedite(ImageJob job, FlowKey from, FlowKey to) {
        // Each time it is sooner.
        expedited.add(from);
        expedited.add(to);
        return true;
      }
    };
  }

  private void compute(ImageJob job) {
    if (refusal != null) {
      throw refusal;
    }
    computing.add(job);
  }

  private void answer(ImageJob job, ByteString map, Runnable done) {
    if (defect != null) {
      throw defect;
    }
    answered.add(new Answered(job, map, done));
  }

  @Test
  void computesAnImageOnce() {
    submit(cache, "photo");
    computing.remove().computed(MAP);
    Call again = submit(cache, "photo");
    assertThat(computing).isEmpty();
    assertThat(answered).extracting(Answered::job).containsExactly(again.job);
    assertThat(answered.get(0).map()).isEqualTo(MAP);
    assertThat(events).hasToString("1 hits, 0 joined, 1 misses, 0 refused");
  }

  @Test
  void computesOtherImagesAndOtherFormsByThemselves() {
    submit(cache, "photo");
    submit(cache, "other");
    submit(cache, new ImageInput.Pixels(ByteString.copyFromUtf8("photo")));
    assertThat(computing).hasSize(3);
    computing.remove().computed(MAP);
    assertThat(answered).isEmpty();
    assertThat(events).hasToString("0 hits, 0 joined, 3 misses, 0 refused");
  }

  @Test
  void letsTheSameImageWaitForTheMapThatIsBeingMade() {
    submit(cache, "photo");
    Call second = submit(cache, "photo");
    Call third = submit(cache, "photo");
    assertThat(answered).isEmpty();
    assertThat(computing).hasSize(1);
    computing.remove().computed(MAP);
    assertThat(answered).extracting(Answered::job).containsExactly(second.job, third.job);
    assertThat(answered).extracting(Answered::map).containsExactly(MAP, MAP);
    assertThat(events).hasToString("0 hits, 2 joined, 1 misses, 0 refused");
  }

  /** Waiters and hits are not in the batcher's queue, which bounds bytes. */
  @Test
  void holdsTheBytesOfNobodyButTheLeader() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    assertThat(leader.job.bytes()).isEqualTo(5);
    assertThat(waiter.job.bytes()).isZero();
    computing.remove().computed(MAP);
    Call hit = submit(cache, "photo");
    assertThat(hit.job.bytes()).isZero();
  }

  @Test
  void forgetsTheMapUsedLeastRecently() {
    FeatureCache small = cacheOf(2);
    for (String photo : List.of("a", "b")) {
      submit(small, photo);
      computing.remove().computed(MAP);
    }
    submit(small, "a");
    submit(small, "c");
    computing.remove().computed(MAP);
    submit(small, "a");
    assertThat(computing).isEmpty();
    submit(small, "b");
    assertThat(computing).hasSize(1);
  }

  @Test
  void goesOnWithoutTheLeaderWhileAFollowerWaits() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    leader.cancelled = true;
    assertThat(leader.job.isCancelled()).isFalse();
    computing.remove().computed(MAP);
    assertThat(answered).extracting(Answered::job).containsExactly(waiter.job);
  }

  @Test
  void abandonsAMapThatNobodyWaitsForAndBeginsAnewWithTheNext() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    leader.cancelled = true;
    waiter.cancelled = true;
    assertThat(leader.job.isCancelled()).isTrue();
    // Before the batcher drops the leader, but after it decided to.
    Call late = submit(cache, "photo");
    ImageJob dropped = computing.remove();
    dropped.fail(ServingException.cancelled("dropped"));
    assertThat(dropped).isSameAs(leader.job);
    assertThat(waiter.failures).hasSize(1);
    assertThat(late.failures).isEmpty();
    assertThat(computing).containsExactly(late.job);
    computing.remove().computed(MAP);
    submit(cache, "photo");
    assertThat(events).hasToString("1 hits, 1 joined, 2 misses, 0 refused");
  }

  /** Who leads waits in the batcher's queue. */
  @Test
  void needsNoPlaceForWhoBeginsAnew() {
    Call leader = submit(cache, "photo");
    for (int i = 0; i < CAPACITY; i++) {
      submit(cache, "photo").cancelled = true;
    }
    leader.cancelled = true;
    assertThat(leader.job.isCancelled()).isTrue();
    // They have their places until the batcher drops the leader.
    Call late = submit(cache, "photo");
    assertThat(computing).containsExactly(leader.job, late.job);
    assertThat(events.refused).isZero();
  }

  @Test
  void doesNotAnswerAFollowerThatHasGone() {
    submit(cache, "photo");
    Call cancelled = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    cancelled.cancelled = true;
    computing.remove().computed(MAP);
    assertThat(answered).extracting(Answered::job).containsExactly(waiter.job);
    assertThat(cancelled.failures).hasSize(1);
  }

  @Test
  void tellsAllWhyThereIsNoMapAndKeepsNoFailure() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    ServingException damaged = ServingException.invalidInput("image.encoded", "is damaged");
    computing.remove().fail(damaged);
    assertThat(leader.failures).containsExactly(damaged);
    assertThat(waiter.failures).containsExactly(damaged);
    assertThat(cache.inFlight()).isZero();
    submit(cache, "photo");
    assertThat(computing).hasSize(1);
  }

  /** The heads may refuse what the leader asked of them; its map is as good as any. */
  @Test
  void theLeadersScoresAreNoMatterOfTheOthers() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    ImageJob run = computing.remove();
    run.computed(MAP);
    run.fail(ServingException.notFound("no such head"));
    assertThat(leader.failures).hasSize(1);
    assertThat(waiter.failures).isEmpty();
    submit(cache, "photo");
    assertThat(events).hasToString("1 hits, 1 joined, 1 misses, 0 refused");
  }

  @Test
  void passesOnTheBatchersRefusal() {
    refusal = ServingException.overloaded("the queue is full", Duration.ofMillis(10));
    assertThatThrownBy(() -> submit(cache, "photo")).isSameAs(refusal);
    refusal = null;
    submit(cache, "photo");
    assertThat(computing).hasSize(1);
  }

  /**
   * Here they join in the instant between the leader's place in the table and its refusal, for a
   * deadline or share that are not theirs.
   */
  @Test
  void whoJoinedARefusedLeaderIsSubmittedByItself() {
    ServingException full = ServingException.overloaded("full", Duration.ofMillis(10));
    List<Call> waiters = new ArrayList<>();
    FeatureCache[] racing = new FeatureCache[1];
    racing[0] =
        new FeatureCache(
            new MapStore(1000, MAP_BYTES),
            backlog(
                job -> {
                  if (waiters.isEmpty()) {
                    waiters.add(new Call(image("photo")));
                    waiters.add(new Call(image("photo")));
                    waiters.forEach(waiter -> racing[0].submit(waiter.job));
                    throw full;
                  }
                  compute(job);
                }),
            this::answer,
            events,
            CAPACITY);
    assertThatThrownBy(() -> submit(racing[0], "photo")).isSameAs(full);
    Call leads = waiters.get(0);
    Call follows = waiters.get(1);
    assertThat(computing).containsExactly(leads.job);
    assertThat(leads.job.bytes()).isEqualTo(5);
    assertThat(leads.job.input()).isEqualTo(image("photo"));
    computing.remove().computed(MAP);
    assertThat(answered).extracting(Answered::job).containsExactly(follows.job);
    assertThat(waiters).allSatisfy(call -> assertThat(call.failures).isEmpty());
  }

  @Test
  void whoIsRefusedThenToo() {
    ServingException full = ServingException.overloaded("full", Duration.ofMillis(10));
    List<Call> waiters = new ArrayList<>();
    FeatureCache[] racing = new FeatureCache[1];
    racing[0] =
        new FeatureCache(
            new MapStore(1000, MAP_BYTES),
            backlog(
                job -> {
                  if (waiters.isEmpty()) {
                    waiters.add(new Call(image("photo")));
                    racing[0].submit(waiters.get(0).job);
                  }
                  throw full;
                }),
            this::answer,
            events,
            CAPACITY);
    assertThatThrownBy(() -> submit(racing[0], "photo")).isSameAs(full);
    assertThat(waiters.get(0).failures).containsExactly(full);
    assertThat(racing[0].inFlight()).isZero();
  }

  /** A client that has hundreds of images waiting leads an image that others want too. */
  @Test
  void aFollowerNeedNotWaitForTheLeadersTurn() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    Call third = submit(cache, "photo");
    assertThat(expedited)
        .containsExactly(leader.job.flow(), waiter.job.flow(), waiter.job.flow(), third.job.flow());
    assertThat(computing).hasSize(1);
  }

  @Test
  void namesTheLeaderWhoseLastFollowerIsGone() {
    Call leader = submit(cache, "photo");
    Call waiter = submit(cache, "photo");
    Call other = submit(cache, "other");
    // The leader waits for the waiter's turn by now.
    leader.cancelled = true;
    assertThat(cache.flowsCancelledWith(leader.job.flow())).containsExactly(leader.job.flow());
    assertThat(cache.flowsCancelledWith(other.job.flow())).containsExactly(other.job.flow());
    waiter.cancelled = true;
    assertThat(cache.flowsCancelledWith(waiter.job.flow())).containsExactly(waiter.job.flow());
    assertThat(cache.flowsCancelledWith(leader.job.flow()))
        .containsExactlyInAnyOrder(waiter.job.flow(), leader.job.flow());
  }

  @Test
  void refusesMoreFollowersThanItHasPlaces() {
    submit(cache, "photo");
    for (int i = 0; i < CAPACITY; i++) {
      submit(cache, "photo");
    }
    assertOverloaded("photo");
    // They keep their places until the heads have answered.
    computing.remove().computed(MAP);
    assertOverloaded("photo");
    answered.get(0).done().run();
    submit(cache, "photo");
    assertOverloaded("photo");
    assertThat(events).hasToString("1 hits, 3 joined, 1 misses, 3 refused");
  }

  /** Of ten places, eight for the one that wants all. */
  @Test
  void leavesPlacesToOtherClients() {
    FeatureCache shared =
        new FeatureCache(
            new MapStore(1000, MAP_BYTES),
            backlog(this::compute),
            this::answer,
            events,
            /* capacity= */ 10);
    shared.submit(new Call(image("photo"), "greedy").job);
    for (int i = 0; i < 8; i++) {
      shared.submit(new Call(image("photo"), "greedy").job);
    }
    assertThatThrownBy(() -> shared.submit(new Call(image("photo"), "greedy").job))
        .hasMessageContaining("no client can take all");
    Call polite = new Call(image("photo"), "polite");
    shared.submit(polite.job);
    computing.remove().computed(MAP);
    assertThat(answered).hasSize(9).last().extracting(Answered::job).isSameAs(polite.job);
  }

  @Test
  void everyEndGivesThePlaceBack() {
    for (int i = 0; i < 3 * CAPACITY; i++) {
      Call leader = submit(cache, "failing");
      Call waiter = submit(cache, "failing");
      computing.remove().fail(new IllegalStateException("broken"));
      submit(cache, "photo" + i);
      submit(cache, "photo" + i).cancelled = true;
      computing.remove().computed(MAP);
      assertThat(leader.failures).hasSize(1);
      assertThat(waiter.failures).hasSize(1);
    }
    assertThat(events.refused).isZero();
  }

  @Test
  void oneThatCanNotBeAnsweredFailsAlone() {
    submit(cache, "photo");
    List<Call> waiters = List.of(submit(cache, "photo"), submit(cache, "photo"));
    defect = new IllegalStateException("broken");
    computing.remove().computed(MAP);
    waiters.forEach(waiter -> assertThat(waiter.failures).containsExactly(defect));
    defect = null;
    for (int i = 0; i < CAPACITY; i++) {
      submit(cache, "photo");
    }
    assertThat(events.refused).isZero();
  }

  private void assertOverloaded(String photo) {
    assertThatThrownBy(() -> submit(cache, photo))
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServingException.Kind.OVERLOADED);
              assertThat(e.retryAfter()).isPresent();
            });
  }

  private static Call submit(FeatureCache cache, String file) {
    return submit(cache, image(file));
  }

  private static ImageInput image(String file) {
    return new ImageInput.Encoded(ByteString.copyFromUtf8(file));
  }

  private static Call submit(FeatureCache cache, ImageInput input) {
    Call call = new Call(input);
    cache.submit(call.job);
    return call;
  }
}
