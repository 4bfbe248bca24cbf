package dev.vgg16.feature.relay;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Ticker;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapSelection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which heads take pooled maps, as the head service says. A head that is not known is taken for one
 * that doesn't.
 *
 * <p>The head service is asked now and then by whoever asks here, and nobody waits for its answer.
 * Thread-safe.
 */
public final class PooledHeads {

  private static final Logger logger = LoggerFactory.getLogger(PooledHeads.class);

  /** How long an answer is believed before the next question. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** After a failed question, and after a refusal; replicas may differ for a while. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Supplier<ListenableFuture<ListHeadsResponse>> list;
  private final Ticker ticker;

  @GuardedBy("this")
  private Set<String> names = Set.of();

  @GuardedBy("this")
  private long nextQuestion;

  @GuardedBy("this")
  private boolean asking;

  /** Counts refusals, so that an answer from before one is not believed after it. */
  @GuardedBy("this")
  private int refusals;

  /**
   * @param list asks a head replica; {@link HeadClient#list} does
   */
  public PooledHeads(Supplier<ListenableFuture<ListHeadsResponse>> list) {
    this(list, Ticker.systemTicker());
  }

  PooledHeads(Supplier<ListenableFuture<ListHeadsResponse>> list, Ticker ticker) {
    this.list = list;
    this.ticker = ticker;
    this.nextQuestion = ticker.read();
  }

  /** Asks the head service if it is time to. */
  public void refresh() {
    int asked;
    synchronized (this) {
      if (asking || ticker.read() - nextQuestion < 0) {
        return;
      }
      asking = true;
      asked = refusals;
    }
    Futures.addCallback(
        list.get(),
        new FutureCallback<>() {
          @Override
          public void onSuccess(@Nullable ListHeadsResponse heads) {
            learn(asked, requireNonNull(heads));
          }

          @Override
          public void onFailure(Throwable failure) {
            askAgain(RETRY);
          }
        },
        MoreExecutors.directExecutor());
  }

  /** Whether every head that is asked for is known to take pooled maps, and none must explain. */
  boolean allTakePooledMaps(List<MapSelection> selections) {
    refresh();
    Set<String> known = names();
    return !known.isEmpty() && selections.stream().allMatch(each -> takesAll(known, each));
  }

  private static boolean takesAll(Set<String> known, MapSelection selection) {
    if (selection.hasExplain()) {
      // Where in the image something is, a mean over the image can't say.
      return false;
    }
    return selection.getHeadsCount() == 0
        ? known.contains("")
        : known.containsAll(selection.getHeadsList());
  }

  /** A replica refused pooled maps: what is known is out of date. */
  synchronized void refused() {
    refusals++;
    setNames(Set.of());
    nextQuestion = ticker.read() + RETRY.toNanos();
  }

  private synchronized Set<String> names() {
    return names;
  }

  private synchronized void learn(int asked, ListHeadsResponse heads) {
    if (asked == refusals) {
      setNames(namesOf(heads));
      askAgain(INTERVAL);
    } else {
      asking = false;
    }
  }

  private synchronized void askAgain(Duration later) {
    asking = false;
    nextQuestion = ticker.read() + later.toNanos();
  }

  @GuardedBy("this")
  private void setNames(Set<String> known) {
    if (!known.equals(names)) {
      logger.info("heads that maps go to pooled: {}", known);
    }
    names = known;
  }

  /** All that a selection may call them: "name@version", "name", and "" for the default head. */
  private static Set<String> namesOf(ListHeadsResponse heads) {
    Set<String> names = new HashSet<>();
    for (Head head : heads.getHeadsList()) {
      if (head.getTakesPooledMaps()) {
        names.add(head.getName() + "@" + head.getVersion());
        if (head.getDefaultVersion()) {
          names.add(head.getName());
          if (head.getName().equals(heads.getDefaultHead())) {
            names.add("");
          }
        }
      }
    }
    return Set.copyOf(names);
  }
}
