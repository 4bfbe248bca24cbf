package dev.vgg16.service.grpc;

import dev.vgg16.service.load.LoadReports;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;

/** The services of every server: health (grpc.health.v1), reflection, load reports. */
final class BuiltInServices {

  private final HealthStatusManager health = new HealthStatusManager();
  private final LongLivedCalls calls = new LongLivedCalls();
  private final List<String> serviceNames;

  /** Services whose health is NOT_SERVING at first. */
  BuiltInServices(List<String> serviceNames) {
    this.serviceNames = serviceNames;
    setStatus(ServingStatus.NOT_SERVING);
  }

  ServerServiceDefinition health() {
    return limited(health.getHealthService());
  }

  List<ServerServiceDefinition> reflection() {
    return List.of(limited(ProtoReflectionServiceV1.newInstance()), limited(reflectionV1Alpha()));
  }

  /** Streams that are open as long as the client is. */
  ServerServiceDefinition loadReports(LoadReports reports) {
    return limited(reports.service());
  }

  private ServerServiceDefinition limited(BindableService service) {
    return ServerInterceptors.intercept(
        SmallMessageLimit.only(UnreadResponses.limit(service)), calls);
  }

  /** For clients that do not know grpc.reflection.v1 yet. */
  @SuppressWarnings("deprecation")
  private static BindableService reflectionV1Alpha() {
    return ProtoReflectionService.newInstance();
  }

  /** Sets the health of the server and of its services to SERVING. */
  void setServing() {
    setStatus(ServingStatus.SERVING);
  }

  /** Sets all health to NOT_SERVING, for good. */
  void enterTerminalState() {
    health.enterTerminalState();
  }

  /** Ends the open streams, which clients would keep open. */
  void endCalls() {
    calls.end();
  }

  private void setStatus(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    serviceNames.forEach(name -> health.setStatus(name, status));
  }
}
