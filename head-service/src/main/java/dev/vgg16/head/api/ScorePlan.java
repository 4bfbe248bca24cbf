package dev.vgg16.head.api;

import com.google.rpc.Status;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.PerMap;
import dev.vgg16.head.scoring.ResponseSize;
import dev.vgg16.head.scoring.ScoreOptions;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Which maps each head scores, and what is refused because the response would be too large: decided
 * before any head runs. Keeps the heads loaded until it is closed.
 */
final class ScorePlan implements AutoCloseable {

  private final HeadSource source;
  private final ResponseLimits limits;
  private final MapKeys keys;
  private final Map<String, Planned> byId = new LinkedHashMap<>();
  private final List<Optional<Status>> refusals = new ArrayList<>();
  private long failureBytes;

  /** What is planned for an id in the request. */
  private sealed interface Planned {

    /** The most bytes that one map's scores by it, or its failure, take in the response. */
    long bytes(ScoreOptions options);

    /** A selection asks for it, for these maps. */
    void add(int selection, IntStream maps);
  }

  /** The versions of a head that answer, and the maps that each of them scores. */
  private static final class PlannedHead implements Planned {
    private final HeadRoute route;
    private final MapKeys keys;
    private final Map<Head, IntStream.Builder> maps = new LinkedHashMap<>();
    private int lastSelection = -1;

    PlannedHead(HeadRoute route, MapKeys keys) {
      this.route = route;
      this.keys = keys;
    }

    @Override
    public long bytes(ScoreOptions options) {
      long most = 0;
      for (Head head : route.answering()) {
        most = Math.max(most, head.responseSize().bytes(options));
      }
      return most;
    }

    @Override
    public void add(int selection, IntStream more) {
      // A head that is named twice scores once.
      if (selection == lastSelection) {
        return;
      }
      lastSelection = selection;
      if (route.isSplit()) {
        more.forEach(map -> of(route.of(keys.of(map))).accept(map));
      } else {
        more.forEach(of(route.stable()));
      }
    }

    private IntStream.Builder of(Head head) {
      return maps.computeIfAbsent(head, first -> IntStream.builder());
    }
  }

  /** There is no such head. */
  private record PlannedFailure(Status failure, int bytes) implements Planned {

    static PlannedFailure of(String id, RuntimeException cause) {
      Status failure = Statuses.toProto(cause);
      return new PlannedFailure(failure, ResponseSize.ofFailure(id, failure.getSerializedSize()));
    }

    @Override
    public long bytes(ScoreOptions options) {
      return bytes;
    }

    @Override
    public void add(int selection, IntStream maps) {}
  }

  /** The maps that one version of a head scores. */
  static final class Run {
    private final String id;
    private final HeadRoute route;
    private final Head head;
    private final int[] maps;

    private Run(String id, HeadRoute route, Head head, int[] maps) {
      this.id = id;
      this.route = route;
      this.head = head;
      this.maps = maps;
    }

    /** The id in the request. */
    String id() {
      return id;
    }

    /** All versions that answer for the id. */
    HeadRoute route() {
      return route;
    }

    /** The version. */
    Head head() {
      return head;
    }

    /** At least one, ascending. */
    int[] maps() {
      return maps;
    }

    boolean has(int map) {
      return Arrays.binarySearch(maps, map) >= 0;
    }

    /** Whether it answers a share of what the name is asked for. */
    boolean isByTrafficSplit() {
      return route.arm(head) == HeadRoute.Arm.TRAFFIC;
    }
  }

  private ScorePlan(HeadSource source, ResponseLimits limits, MapKeys keys) {
    this.source = source;
    this.limits = limits;
    this.keys = keys;
  }

  /**
   * Plans the scoring of a batch.
   *
   * @param count how many maps there are
   * @param keys of the maps
   * @throws ServingException {@code INVALID_INPUT} when the response may be too large
   */
  static ScorePlan of(
      HeadSource source,
      ResponseLimits limits,
      int count,
      PerMap<HeadSelection> selections,
      MapKeys keys) {
    ScorePlan plan = new ScorePlan(source, limits, keys);
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
      planned(id).add(selection, IntStream.range(first, end));
    }
  }

  private long bytes(HeadSelection selection) {
    long bytes = 0;
    for (String id : selection.heads()) {
      bytes += planned(id).bytes(selection.options());
    }
    return bytes;
  }

  private Planned planned(String id) {
    return byId.computeIfAbsent(id, this::plan);
  }

  private Planned plan(String id) {
    try {
      return new PlannedHead(source.acquire(id), keys);
    } catch (RuntimeException e) {
      PlannedFailure failed = PlannedFailure.of(id, e);
      failureBytes += failed.bytes();
      // All are held until the response is built.
      limits.check(failureBytes);
      return failed;
    }
  }

  /** Why a map gets no scores, if so. */
  Optional<Status> refusal(int map) {
    return refusals.get(refusals.size() == 1 ? 0 : map);
  }

  /** Passes on why there is no head, by the id that was asked for. */
  void forEachFailure(BiConsumer<String, Status> action) {
    byId.forEach(
        (id, planned) -> {
          if (planned instanceof PlannedFailure failed) {
            action.accept(id, failed.failure());
          }
        });
  }

  /** Passes on each version that scores maps. */
  void forEachRun(Consumer<Run> action) {
    byId.forEach(
        (id, planned) -> {
          // A head that only refused selections ask for scores none.
          if (planned instanceof PlannedHead of) {
            of.maps.forEach(
                (head, maps) -> action.accept(new Run(id, of.route, head, maps.build().toArray())));
          }
        });
  }

  @Override
  public void close() {
    for (Planned planned : byId.values()) {
      if (planned instanceof PlannedHead of) {
        of.route.release();
      }
    }
  }
}
