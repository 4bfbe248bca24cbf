package dev.vgg16.head.api;

import com.google.rpc.Status;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.PerMap;
import dev.vgg16.head.scoring.ResponseSize;
import dev.vgg16.head.scoring.ScoreOptions;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which maps each head scores, and what is refused because the response would be too large: decided
 * before any head runs. Keeps the heads loaded until it is closed.
 */
final class ScorePlan implements AutoCloseable {

  private final HeadSource source;
  private final ResponseLimits limits;
  // By their ids in the request, of which each is in one of the two.
  private final Map<String, Planned> heads = new LinkedHashMap<>();
  private final Map<String, Status> failures = new LinkedHashMap<>();
  private final List<Optional<Status>> refusals = new ArrayList<>();
  private long failureBytes;

  /** A head and the maps that it scores. */
  private static final class Planned {
    private final Head head;
    private final IntStream.Builder maps = IntStream.builder();
    private int lastSelection = -1;

    Planned(Head head) {
      this.head = head;
    }

    void add(int selection, IntStream more) {
      // A head that is named twice scores once.
      if (selection != lastSelection) {
        lastSelection = selection;
        more.forEach(maps);
      }
    }
  }

  /** Receives the heads that score maps. */
  interface HeadConsumer {

    /**
     * @param id as in the request
     * @param maps at least one, ascending
     */
    void accept(String id, Head head, int[] maps);
  }

  private ScorePlan(HeadSource source, ResponseLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /**
   * Plans the scoring of a batch.
   *
   * @param count how many maps there are
   * @throws ServingException {@code INVALID_INPUT} when the response may be too large
   */
  static ScorePlan of(
      HeadSource source, ResponseLimits limits, int count, PerMap<HeadSelection> selections) {
    ScorePlan plan = new ScorePlan(source, limits);
    try {
      plan.addAll(count, selections);
      return plan;
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private void addAll(int count, PerMap<HeadSelection> selections) {
    long bytes = 0;
    for (int i = 0; i < selections.values().size(); i++) {
      HeadSelection selection = selections.values().get(i);
      long each = bytes(selection);
      Optional<Status> refusal = limits.refusal(each);
      refusals.add(refusal);
      if (refusal.isEmpty()) {
        int first = selections.isShared() ? 0 : i;
        int end = selections.isShared() ? count : i + 1;
        bytes += each * (end - first);
        add(i, selection, first, end);
      }
    }
    limits.check(bytes);
  }

  private void add(int selection, HeadSelection asked, int first, int end) {
    for (String id : asked.heads()) {
      Planned planned = heads.get(id);
      if (planned != null) {
        planned.add(selection, IntStream.range(first, end));
      }
    }
  }

  private long bytes(HeadSelection selection) {
    long bytes = 0;
    for (String id : selection.heads()) {
      bytes += bytes(id, selection.options());
    }
    return bytes;
  }

  private long bytes(String id, ScoreOptions options) {
    acquire(id);
    Planned planned = heads.get(id);
    return planned == null
        ? ResponseSize.ofFailure(id, failures.get(id).getSerializedSize())
        : planned.head.responseSize().bytes(options);
  }

  private void acquire(String id) {
    if (heads.containsKey(id) || failures.containsKey(id)) {
      return;
    }
    try {
      heads.put(id, new Planned(source.acquire(id)));
    } catch (RuntimeException e) {
      Status failure = Statuses.toProto(e);
      failures.put(id, failure);
      failureBytes += ResponseSize.ofFailure(id, failure.getSerializedSize());
      // All are held until the response is built.
      limits.check(failureBytes);
    }
  }

  /** Why a map gets no scores, if so. */
  Optional<Status> refusal(int map) {
    return refusals.get(refusals.size() == 1 ? 0 : map);
  }

  /** Why there is no head, by the id that was asked for. */
  Map<String, Status> failures() {
    return failures;
  }

  /** Each head that scores maps. */
  void forEachHead(HeadConsumer action) {
    heads.forEach(
        (id, planned) -> {
          int[] maps = planned.maps.build().toArray();
          // A head that only refused selections name scores none.
          if (maps.length > 0) {
            action.accept(id, planned.head, maps);
          }
        });
  }

  @Override
  public void close() {
    heads.values().forEach(planned -> planned.head.release());
  }
}
