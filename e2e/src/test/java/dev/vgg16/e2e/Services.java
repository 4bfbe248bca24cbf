package dev.vgg16.e2e;

import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.HeadServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc;
import io.grpc.Channel;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Both services as processes on free ports of loopback, serving. */
public final class Services implements AutoCloseable {

  /** Of a call; no test measures the machine's speed. */
  static final Duration TIMEOUT = Duration.ofMinutes(2);

  private Program head;
  private final Program feature;
  private final Map<String, String> environment;
  private final List<String> headArguments;
  private final int headPort;
  private final int featurePort;
  private final int metricsPort;
  private final ServiceConnection headConnection;
  private final ServiceConnection featureConnection;

  private Services(
      Map<String, String> environment, List<String> headArguments, List<String> featureArguments)
      throws IOException, InterruptedException {
    int[] ports = freePorts(3);
    headPort = ports[0];
    featurePort = ports[1];
    metricsPort = ports[2];
    this.environment = environment;
    this.headArguments = headArguments;
    startHead();
    feature =
        start(
            "feature-service",
            featureArguments,
            "--port",
            "" + featurePort,
            "--head-target",
            headTarget(),
            "--management-port",
            "" + metricsPort);
    headConnection = connect(headTarget());
    featureConnection = connect(featureTarget());
    awaitServing();
  }

  /** Starts both, and returns when they serve. */
  public static Services start(String... featureArguments)
      throws IOException, InterruptedException {
    return new Services(Map.of(), List.of(), List.of(featureArguments));
  }

  /** Starts both with another folder of heads. */
  public static Services startOver(Path heads, String... featureArguments)
      throws IOException, InterruptedException {
    return new Services(Map.of(), List.of("--heads", heads.toString()), List.of(featureArguments));
  }

  /** Starts both, with options of the head service too. */
  public static Services startWith(List<String> headArguments, String... featureArguments)
      throws IOException, InterruptedException {
    return new Services(Map.of(), headArguments, List.of(featureArguments));
  }

  /** Starts both in an environment with these variables too. */
  public static Services startIn(Map<String, String> environment, String... featureArguments)
      throws IOException, InterruptedException {
    return new Services(environment, List.of(), List.of(featureArguments));
  }

  private Program start(String name, List<String> more, String... arguments) throws IOException {
    return Program.start(
        environment,
        name,
        Stream.concat(Stream.of(arguments), more.stream()).toArray(String[]::new));
  }

  /** Starts the head service (again), and does not wait until it serves. */
  void startHead() throws IOException {
    head = start("head-service", headArguments, "--port", "" + headPort, "--management-port", "0");
  }

  int featurePort() {
    return featurePort;
  }

  int headPort() {
    return headPort;
  }

  String headTarget() {
    return "localhost:" + headPort;
  }

  String featureTarget() {
    return "localhost:" + featurePort;
  }

  /** The feature service's metrics in Prometheus's format. */
  String metrics() throws IOException, InterruptedException {
    return metrics("*/*");
  }

  /** The same in the format that is asked for. */
  String metrics(String accept) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + metricsPort + "/metrics"))
            .header("Accept", accept)
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  Program headProgram() {
    return head;
  }

  Program featureProgram() {
    return feature;
  }

  public FeatureServiceClient features() {
    return features(featureConnection);
  }

  /** Calls with a deadline that suits any machine. */
  static FeatureServiceClient features(ServiceConnection connection) {
    return FeatureServiceClient.on(connection).withTimeout(TIMEOUT);
  }

  HeadServiceClient heads() {
    return HeadServiceClient.on(headConnection).withTimeout(TIMEOUT);
  }

  /** Another connection, and so another client; the caller closes it. */
  ServiceConnection newFeatureConnection() {
    return connect(featureTarget());
  }

  ServiceConnection featureConnection() {
    return featureConnection;
  }

  /** For calls that the test sends itself. */
  Channel featureChannel() {
    return featureConnection.channel();
  }

  Channel headChannel() {
    return headConnection.channel();
  }

  FeatureServiceGrpc.FeatureServiceStub featureStub() {
    return FeatureServiceGrpc.newStub(featureChannel());
  }

  /** For Score, which the client library does not have. */
  HeadServiceGrpc.HeadServiceBlockingStub headStub() {
    return HeadServiceGrpc.newBlockingStub(headChannel())
        .withDeadlineAfter(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
  }

  public static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  @Override
  public void close() {
    headConnection.close();
    featureConnection.close();
    feature.close();
    head.close();
  }

  private void awaitServing() throws IOException, InterruptedException {
    Program.Result health =
        Program.run("vgg16", "health", "--wait", "60", featureTarget(), headTarget());
    if (health.exitCode() != 0) {
      String logs = head.err() + feature.err();
      close();
      throw new AssertionError("the services do not serve:\n" + health + "\n" + logs);
    }
  }

  private static ServiceConnection connect(String target) {
    return ServiceConnection.open(target, ClientSecurityOptions.PLAIN);
  }
}
