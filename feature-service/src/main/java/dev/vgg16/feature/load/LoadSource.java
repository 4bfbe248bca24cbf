package dev.vgg16.feature.load;

import dev.vgg16.v1.GetBackboneResponse;
import java.util.UUID;
import java.util.function.Supplier;

/** Tells the load of this process. */
public final class LoadSource implements Supplier<ServiceLoad> {

  private final String instance = UUID.randomUUID().toString().substring(0, 8);
  private final String version;
  private final GetBackboneResponse backbone;
  private final LoadCounters counters;
  private final ServiceLoad.Gauges gauges;

  public LoadSource(
      String version,
      GetBackboneResponse backbone,
      LoadCounters counters,
      ServiceLoad.Gauges gauges) {
    this.version = version;
    this.backbone = backbone;
    this.counters = counters;
    this.gauges = gauges;
  }

  @Override
  public ServiceLoad get() {
    return ServiceLoad.of(instance, version, backbone, counters, gauges);
  }
}
