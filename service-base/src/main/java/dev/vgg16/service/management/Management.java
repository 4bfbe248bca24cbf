package dev.vgg16.service.management;

import dev.vgg16.service.telemetry.ServiceBuild;
import dev.vgg16.service.telemetry.ServiceLog;
import dev.vgg16.service.telemetry.Telemetry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The metrics and health of a service, and the server that exposes them, if it is on. */
public final class Management implements AutoCloseable {

  private final Telemetry telemetry;
  private final ProcessHealth health = new ProcessHealth();
  private final Optional<ManagementServer> server;

  private Management(Telemetry telemetry, ManagementOptions options) throws IOException {
    this.telemetry = telemetry;
    this.server =
        options.isOn()
            ? Optional.of(new ManagementServer(options, health, telemetry))
            : Optional.empty();
  }

  /**
   * Starts to record metrics and to listen, unless the server is off.
   *
   * @param environment may have variables of OpenTelemetry
   * @throws IOException when the address can't be bound; the message names it
   * @throws IllegalStateException when such a variable can't be used; the message names it
   */
  public static Management start(
      ServiceBuild build, ManagementOptions options, Map<String, String> environment)
      throws IOException {
    Telemetry telemetry = Telemetry.of(build, options.isOn(), environment);
    ServiceLog.measure(telemetry.meter());
    return new Management(telemetry, options);
  }

  public Telemetry telemetry() {
    return telemetry;
  }

  public ProcessHealth health() {
    return health;
  }

  @Override
  public void close() {
    server.ifPresent(ManagementServer::close);
    telemetry.close();
  }
}
