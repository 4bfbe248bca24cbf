package dev.vgg16.e2e;

import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Both services as processes on free ports of loopback, serving. */
final class Services implements AutoCloseable {

  private Program head;
  private final Program feature;
  private final List<String> headArguments;
  private final int headPort;
  private final int featurePort;
  private final int metricsPort;
  private final ManagedChannel headChannel;
  private final ManagedChannel featureChannel;

  private Services(List<String> headArguments, List<String> featureArguments)
      throws IOException, InterruptedException {
    int[] ports = freePorts(3);
    headPort = ports[0];
    featurePort = ports[1];
    metricsPort = ports[2];
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
    headChannel = channel(headPort);
    featureChannel = channel(featurePort);
    awaitServing();
  }

  /** Starts both, and returns when they serve. */
  static Services start(String... featureArguments) throws IOException, InterruptedException {
    return new Services(List.of(), List.of(featureArguments));
  }

  /** Starts both with another folder of heads. */
  static Services startOver(Path heads, String... featureArguments)
      throws IOException, InterruptedException {
    return new Services(List.of("--heads", heads.toString()), List.of(featureArguments));
  }

  /** Starts both, with options of the head service too. */
  static Services startWith(List<String> headArguments, String... featureArguments)
      throws IOException, InterruptedException {
    return new Services(headArguments, List.of(featureArguments));
  }

  private static Program start(String name, List<String> more, String... arguments)
      throws IOException {
    return Program.start(
        name, Stream.concat(Stream.of(arguments), more.stream()).toArray(String[]::new));
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
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + metricsPort + "/metrics")).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  Program headProgram() {
    return head;
  }

  Program featureProgram() {
    return feature;
  }

  ManagedChannel headChannel() {
    return headChannel;
  }

  ManagedChannel featureChannel() {
    return featureChannel;
  }

  /** Another connection, and so another client; the caller closes it. */
  ManagedChannel newFeatureChannel() {
    return channel(featurePort);
  }

  FeatureServiceGrpc.FeatureServiceStub features() {
    return FeatureServiceGrpc.newStub(featureChannel);
  }

  FeatureServiceGrpc.FeatureServiceBlockingStub blockingFeatures() {
    return FeatureServiceGrpc.newBlockingStub(featureChannel)
        .withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  HeadServiceGrpc.HeadServiceBlockingStub blockingHeads() {
    return HeadServiceGrpc.newBlockingStub(headChannel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  static int[] freePorts(int count) throws IOException {
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
    headChannel.shutdownNow();
    featureChannel.shutdownNow();
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

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("localhost", port)
        .usePlaintext()
        .maxInboundMessageSize(64 << 20)
        .build();
  }
}
