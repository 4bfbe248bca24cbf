package dev.vgg16.service.outcome;

import io.grpc.BindableService;
import io.opentelemetry.api.metrics.Meter;

/**
 * Options of the logging of items, which are always counted.
 *
 * @param logFailures whether to log each failed item
 */
public record ItemOptions(boolean logFailures) {

  /** The service, with its items counted, and logged if that is on. */
  public BindableService watch(BindableService service, Meter meter) {
    ItemListener metrics = new ItemMetrics(meter, ItemOutcomes.methods(service));
    return ItemOutcomes.watch(service, logFailures ? new ItemLog(metrics) : metrics);
  }
}
