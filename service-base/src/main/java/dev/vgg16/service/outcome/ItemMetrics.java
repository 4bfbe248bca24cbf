package dev.vgg16.service.outcome;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.grpc.Status.Code;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts items by method and outcome, which is a gRPC code. */
public final class ItemMetrics implements ItemListener {

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("method");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

  /** The codes in the contract. */
  private static final List<Code> DOCUMENTED =
      List.of(
          Code.OK,
          Code.INVALID_ARGUMENT,
          Code.NOT_FOUND,
          Code.FAILED_PRECONDITION,
          Code.RESOURCE_EXHAUSTED,
          Code.UNAVAILABLE,
          Code.DEADLINE_EXCEEDED,
          Code.CANCELLED,
          Code.INTERNAL);

  private final LongCounter items;
  private final Map<String, Map<Code, Attributes>> labels;

  /**
   * @param methods of the counted items
   */
  public ItemMetrics(Meter meter, List<String> methods) {
    items =
        meter
            .counterBuilder("vgg16.items")
            .setDescription("Items answered: those of streams, and unary calls, by gRPC code")
            .build();
    labels = methods.stream().collect(toUnmodifiableMap(method -> method, ItemMetrics::labels));
    // So that outcomes that have not occurred yet are 0, not missing.
    labels.values().forEach(of -> DOCUMENTED.forEach(code -> items.add(0, of.get(code))));
  }

  private static Map<Code, Attributes> labels(String method) {
    return Arrays.stream(Code.values())
        .collect(
            toUnmodifiableMap(
                code -> code, code -> Attributes.of(METHOD, method, OUTCOME, code.name())));
  }

  @Override
  public void ended(String method, Code code, int count) {
    items.add(count, Objects.requireNonNull(labels.get(method), method).get(code));
  }
}
