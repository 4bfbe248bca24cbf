package dev.vgg16.bench.process;

import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Both services as child processes on free ports of loopback, serving. */
public final class Services implements AutoCloseable {

  private static final long HEALTH_LIMIT_SECONDS = 5;
  private static final Path HEADS = Path.of("models", "heads");

  private final ServiceProcess head;
  private final ServiceProcess feature;
  private final int featurePort;
  private final int headPort;
  private final URI metrics;
  private final HttpClient http = HttpClient.newHttpClient();

  /** Processor time of both services since their start, in seconds. */
  public record Cpu(double feature, double head) {}

  private Services(
      ServiceProcess head, int headPort, ServiceProcess feature, int featurePort, int metricsPort) {
    this.headPort = headPort;
    this.head = head;
    this.feature = feature;
    this.featurePort = featurePort;
    this.metrics = URI.create("http://localhost:%d/metrics".formatted(metricsPort));
  }

  /** Starts both services with the project's heads. */
  public static Services start(List<String> featureArguments) throws Exception {
    return start(HEADS, featureArguments);
  }

  /**
   * Starts both services.
   *
   * @param heads folder of heads
   * @param featureArguments further options of the feature service
   */
  public static Services start(Path heads, List<String> featureArguments) throws Exception {
    List<Integer> ports = Ports.free(3);
    ServiceProcess head = startHead(ports.get(0), heads);
    try {
      ServiceProcess feature =
          startFeature(ports.get(1), ports.get(2), ports.get(0), featureArguments);
      return new Services(head, ports.get(0), feature, ports.get(1), ports.get(2));
    } catch (Exception e) {
      head.close();
      throw e;
    }
  }

  /** Starts only a head service, with the project's heads. */
  public static ServiceProcess startHead(int port) throws Exception {
    return startHead(port, HEADS);
  }

  /** With metrics, and so with drift, as by default. */
  private static ServiceProcess startHead(int port, Path heads) throws Exception {
    int metricsPort = Ports.free(1).get(0);
    return ServiceProcess.service(
        "head-service",
        List.of(
            "--port", "" + port,
            "--heads", heads.toString(),
            "--management-port", "" + metricsPort));
  }

  private static ServiceProcess startFeature(
      int port, int metricsPort, int headPort, List<String> more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--port", "" + port,
                "--management-port", "" + metricsPort,
                "--http-port", "0",
                "--head-target", "localhost:" + headPort));
    arguments.addAll(more);
    return ServiceProcess.service("feature-service", arguments);
  }

  public String featureTarget() {
    return "localhost:" + featurePort;
  }

  /**
   * Checks the health of both.
   *
   * @throws IllegalStateException when one is not SERVING
   */
  public void requireServing() {
    requireServing("feature-service", featurePort);
    requireServing("head-service", headPort);
  }

  private static void requireServing(String name, int port) {
    try (ServiceConnection connection =
        ServiceConnection.open("localhost:" + port, ClientSecurityOptions.PLAIN)) {
      HealthCheckResponse answer =
          HealthGrpc.newBlockingStub(connection.channel())
              .withDeadlineAfter(HEALTH_LIMIT_SECONDS, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance());
      if (answer.getStatus() != ServingStatus.SERVING) {
        throw new IllegalStateException(
            "the health of %s is %s".formatted(name, answer.getStatus()));
      }
    }
  }

  public ServiceProcess feature() {
    return feature;
  }

  public ServiceProcess head() {
    return head;
  }

  public Cpu cpu() {
    return new Cpu(feature.cpuSeconds(), head.cpuSeconds());
  }

  /** The batches that the feature service has run since its start. */
  public BatchCount batches() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(metrics).build();
    return BatchCount.parse(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    // The feature service first: it needs the heads to complete its requests.
    try (head) {
      feature.close();
    }
  }
}
