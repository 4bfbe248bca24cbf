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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which heads accept pooled maps, as the head service says. An unknown head counts as one that does
 * not.
 *
 * <p>A query of a batch also refreshes the list when that is due, without waiting for it.
 * Thread-safe.
 */
public final class PooledHeads {

  private static final Logger logger = LoggerFactory.getLogger(PooledHeads.class);

  /** The age at which the list is refreshed. */
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** After a failed refresh, and after a refusal; replicas may differ for a while. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Supplier<ListenableFuture<ListHeadsResponse>> list;
  private final Ticker ticker;

  @GuardedBy("this")
  private Set<String> names = Set.of();

  @GuardedBy("this")
  private long nextRefresh;

  @GuardedBy("this")
  private boolean refreshing;

  /** Counts refusals: a list that was requested before one is out of date. */
  @GuardedBy("this")
  private int refusals;

  /**
   * @param list requests the list; {@link HeadClient#list} does
   */
  public PooledHeads(Supplier<ListenableFuture<ListHeadsResponse>> list) {
    this(list, Ticker.systemTicker());
  }

  PooledHeads(Supplier<ListenableFuture<ListHeadsResponse>> list, Ticker ticker) {
    this.list = list;
    this.ticker = ticker;
    this.nextRefresh = ticker.read();
  }

  /** Requests the list if that is due. */
  public void refresh() {
    int refusalsBefore;
    synchronized (this) {
      if (refreshing || ticker.read() - nextRefresh < 0) {
        return;
      }
      refreshing = true;
      refusalsBefore = refusals;
    }
    Futures.addCallback(
        list.get(),
        new FutureCallback<>() {
          @Override
          public void onSuccess(@Nullable ListHeadsResponse heads) {
            learn(refusalsBefore, requireNonNull(heads));
          }

          @Override
          public void onFailure(Throwable failure) {
            refreshIn(RETRY);
          }
        },
        MoreExecutors.directExecutor());
  }

  /** Whether all selected heads are known to accept pooled maps, and no explanation is wanted. */
  boolean allTakePooledMaps(List<MapSelection> selections) {
    refresh();
    Set<String> known = names();
    return !known.isEmpty() && selections.stream().allMatch(each -> takesAll(known, each));
  }

  private static boolean takesAll(Set<String> known, MapSelection selection) {
    if (selection.hasExplain()) {
      // A mean over the image has lost where in the image something is.
      return false;
    }
    return selection.getHeadsCount() == 0
        ? known.contains("")
        : known.containsAll(selection.getHeadsList());
  }

  /** A replica refused pooled maps: the list is out of date. */
  synchronized void refused() {
    refusals++;
    setNames(Set.of());
    nextRefresh = ticker.read() + RETRY.toNanos();
  }

  private synchronized Set<String> names() {
    return names;
  }

  private synchronized void learn(int refusalsBefore, ListHeadsResponse heads) {
    if (refusalsBefore == refusals) {
      setNames(namesOf(heads));
      refreshIn(INTERVAL);
    } else {
      refreshing = false;
    }
  }

  private synchronized void refreshIn(Duration later) {
    refreshing = false;
    nextRefresh = ticker.read() + later.toNanos();
  }

  @GuardedBy("this")
  private void setNames(Set<String> known) {
    if (!known.equals(names)) {
      logger.info("heads that get pooled maps: {}", known);
    }
    names = known;
  }

  /** What a selection may name: "" is the default head. */
  private static Set<String> namesOf(ListHeadsResponse heads) {
    Set<String> names = new HashSet<>();
    Set<String> whole = new HashSet<>();
    Map<String, Head> latest = new HashMap<>();
    for (Head head : heads.getHeadsList()) {
      (head.getTakesPooledMaps() ? names : whole).addAll(namesOf(head));
      // They come by version.
      latest.put(head.getName(), head);
    }
    latest.forEach(
        (name, head) -> (head.getTakesPooledMaps() ? names : whole).add(name + "@latest"));
    // A name whose traffic is split means several versions.
    names.removeAll(whole);
    if (names.contains(heads.getDefaultHead())) {
      names.add("");
    }
    return Set.copyOf(names);
  }

  private static Set<String> namesOf(Head head) {
    Set<String> names = new HashSet<>();
    names.add(head.getName() + "@" + head.getVersion());
    head.getReleaseLabelsList().forEach(label -> names.add(head.getName() + "@" + label));
    if (head.getDefaultVersion()) {
      names.add(head.getName() + "@stable");
    }
    if (head.getDefaultVersion() || head.getTrafficPercent() > 0) {
      names.add(head.getName());
    }
    return names;
  }
}
