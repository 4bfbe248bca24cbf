package dev.vgg16.service.management;

import dev.vgg16.service.telemetry.ServiceLog;
import dev.vgg16.service.telemetry.Telemetry;
import java.io.IOException;
import java.util.Optional;

/**
 * What a service tells its operator's tools: measurements and health, and the listener where both
 * can be asked for, if there is one.
 */
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
   * Starts to measure and to listen, or does neither where no listener is wanted.
   *
   * @throws IOException when the address can't be had; the message says which
   */
  public static Management start(String serviceName, ManagementOptions options) throws IOException {
    Telemetry telemetry = options.isOn() ? Telemetry.prometheus(serviceName) : Telemetry.none();
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
