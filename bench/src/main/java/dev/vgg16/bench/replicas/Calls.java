package dev.vgg16.bench.replicas;

import dev.vgg16.bench.replicas.BalancedCalls.Call;
import dev.vgg16.bench.stats.Latencies;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Calls that have ended, in any order. */
public record Calls(List<Call> all) {

  private static final double NANOS_PER_MILLI = 1e6;

  public Calls {
    all = List.copyOf(all);
  }

  /** Those that were due within a time; seconds since the load began. */
  public Calls between(double from, double to) {
    return new Calls(
        all.stream().filter(call -> call.seconds() >= from && call.seconds() < to).toList());
  }

  public int count() {
    return all.size();
  }

  public int failureCount() {
    return (int) all.stream().filter(Call::failed).count();
  }

  /** The number of those that failed, by their gRPC code. */
  public Map<Status.Code, Long> failures() {
    return all.stream()
        .filter(Call::failed)
        .collect(Collectors.groupingBy(Call::outcome, TreeMap::new, Collectors.counting()));
  }

  /** From when each was due, of those that did not fail. */
  public Latencies latencies() {
    Histogram nanos = Latencies.newHistogram();
    all.stream()
        .filter(call -> !call.failed())
        .forEach(call -> nanos.recordValue((long) (call.millis() * NANOS_PER_MILLI)));
    return Latencies.of(nanos);
  }
}
