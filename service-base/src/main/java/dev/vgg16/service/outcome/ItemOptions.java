package dev.vgg16.service.outcome;

import io.grpc.BindableService;
import io.opentelemetry.api.metrics.Meter;

/**
 * What is told of the items that a service is asked for; they are counted in any case.
 *
 * @param logFailures whether each that fails is a line in the log
 */
public record ItemOptions(boolean logFailures) {

  /** The service, with its items counted, and in the log where that is wanted. */
  public BindableService watch(BindableService service, Meter meter) {
    ItemListener metrics = new ItemMetrics(meter, ItemOutcomes.methods(service));
    return ItemOutcomes.watch(service, logFailures ? new ItemLog(metrics) : metrics);
  }
}
