package dev.vgg16.head.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.rpc.Status;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Which maps each head scores, and what is not answered because it would be too large: decided
 * before any head runs. Keeps the heads loaded until it is closed.
 */
final class ScorePlan implements AutoCloseable {

  private final HeadSource heads;
  private final ResponseLimits limits;
  private final Map<String, Planned> byName = new LinkedHashMap<>();
  private final List<Optional<Status>> refusals = new ArrayList<>();
  private long failureBytes;

  /** One head that was asked for by one name. */
  static final class Planned {
    private final Optional<Head> head;
    private final Optional<Status> failure;
    private final int failureBytes;
    private final IntStream.Builder maps = IntStream.builder();
    private int lastSelection = -1;

    private Planned(Head head) {
      this.head = Optional.of(head);
      this.failure = Optional.empty();
      this.failureBytes = 0;
    }

    /** An answer has the name beside the failure. */
    private Planned(String name, Status failure) {
      this.head = Optional.empty();
      this.failure = Optional.of(failure);
      this.failureBytes =
          failure.getSerializedSize() + name.getBytes(UTF_8).length + ResponseSize.FRAME_BYTES;
    }

    /** Empty when there is none of that name. */
    Optional<Head> head() {
      return head;
    }

    /** Why there is no head. */
    Status failure() {
      return failure.orElseThrow();
    }

    /** The maps that it scores, ascending; asked for once. */
    int[] maps() {
      return maps.build().toArray();
    }

    private long bytes(HeadSelection asked) {
      return head.map(of -> of.answerSize().bytes(asked)).orElse((long) failureBytes);
    }

    private void add(int selection, IntStream more) {
      // A head that is named twice scores once.
      if (selection != lastSelection) {
        lastSelection = selection;
        more.forEach(maps);
      }
    }
  }

  private ScorePlan(HeadSource heads, ResponseLimits limits) {
    this.heads = heads;
    this.limits = limits;
  }

  /**
   * @param count how many maps there are
   * @param selections one for each map, or a single one for all
   * @throws ServingException {@code INVALID_INPUT} when the answer may be too large
   */
  static ScorePlan of(
      HeadSource heads, ResponseLimits limits, int count, List<HeadSelection> selections) {
    ScorePlan plan = new ScorePlan(heads, limits);
    try {
      long bytes = 0;
      for (int i = 0; i < selections.size(); i++) {
        long each = plan.bytes(selections.get(i));
        Optional<Status> refusal = limits.refusal(each);
        plan.refusals.add(refusal);
        if (refusal.isEmpty()) {
          int[] maps = selections.size() == 1 ? IntStream.range(0, count).toArray() : new int[] {i};
          bytes += each * maps.length;
          plan.add(i, selections.get(i), maps);
        }
      }
      limits.check(bytes);
      return plan;
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  private void add(int selection, HeadSelection asked, int[] maps) {
    asked.heads().forEach(name -> byName.get(name).add(selection, IntStream.of(maps)));
  }

  private long bytes(HeadSelection asked) {
    long bytes = 0;
    for (String name : asked.heads()) {
      bytes += byName.computeIfAbsent(name, this::plan).bytes(asked);
    }
    return bytes;
  }

  private Planned plan(String name) {
    try {
      return new Planned(heads.acquire(name));
    } catch (RuntimeException e) {
      Planned failed = new Planned(name, Statuses.toProto(e));
      failureBytes += failed.failureBytes;
      // All are held until the answer is made.
      limits.check(failureBytes);
      return failed;
    }
  }

  /** Why the maps of a selection get no scores, if so. */
  Optional<Status> refusal(int selection) {
    return refusals.get(selection);
  }

  /** Each head that scores anything, by the name that it was asked for. */
  void forEach(BiConsumer<String, Planned> action) {
    byName.forEach(action);
  }

  @Override
  public void close() {
    byName.values().forEach(planned -> planned.head().ifPresent(Head::release));
  }
}
