package dev.vgg16.e2e.faults;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The outcomes of requests. Thread-safe. */
final class Tally {

  private final Map<Status.Code, Integer> failures = new EnumMap<>(Status.Code.class);
  private final List<Long> answerNanos = new ArrayList<>();
  private final List<Long> refusalNanos = new ArrayList<>();
  private int sent;
  private int wrong;
  private String firstWrong = "";
  private final Map<Status.Code, String> firstFailures = new EnumMap<>(Status.Code.class);

  synchronized void sent() {
    sent++;
  }

  synchronized void answered(long nanos) {
    answerNanos.add(nanos);
  }

  /** It had an answer, but not the expected one. */
  synchronized void wrong(String what) {
    wrong++;
    if (firstWrong.isEmpty()) {
      firstWrong = what;
    }
  }

  synchronized void failed(Status status, long nanos) {
    failures.merge(status.getCode(), 1, Integer::sum);
    if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      refusalNanos.add(nanos);
    } else {
      firstFailures.putIfAbsent(status.getCode(), "" + status.getDescription());
    }
  }

  synchronized int sentCount() {
    return sent;
  }

  synchronized int answeredCount() {
    return answerNanos.size();
  }

  synchronized int refusedCount() {
    return refusalNanos.size();
  }

  synchronized int wrongCount() {
    return wrong;
  }

  /** Those that ended with an error other than a refusal. */
  synchronized int failedCount() {
    return failures.values().stream().mapToInt(Integer::intValue).sum() - refusalNanos.size();
  }

  synchronized int failedCount(Status.Code code) {
    return failures.getOrDefault(code, 0);
  }

  /** Those that were sent and never ended. */
  synchronized int lostCount() {
    return sent - answerNanos.size() - wrong - refusedCount() - failedCount();
  }

  synchronized double answerMillis(double quantile) {
    return millis(answerNanos, quantile);
  }

  synchronized double refusalMillis(double quantile) {
    return millis(refusalNanos, quantile);
  }

  private static double millis(List<Long> nanos, double quantile) {
    if (nanos.isEmpty()) {
      return 0;
    }
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    int index = (int) Math.min(sorted.size() - 1, Math.ceil(quantile * sorted.size()) - 1);
    return sorted.get(Math.max(0, index)) / 1e6;
  }

  @Override
  public synchronized String toString() {
    return "sent %d, answered %d, refused %d, failed %d %s, wrong %d, lost %d"
            .formatted(
                sent,
                answerNanos.size(),
                refusedCount(),
                failedCount(),
                failures,
                wrong,
                lostCount())
        + (firstWrong.isEmpty() ? "" : "; " + firstWrong)
        + (firstFailures.isEmpty() ? "" : "; " + firstFailures);
  }
}
