package dev.vgg16.e2e.faults;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Replicas of both services as processes. Those of a service have one port, at 127.0.0.1, 127.0.0.2
 * and so on, and one name, {@code replicas}. Feature replicas know it from a hosts file of this
 * cluster; this JVM knows the first two from another.
 */
final class Cluster implements AutoCloseable {

  static final String NAME = "replicas";
  private static final List<String> HOSTS =
      List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4");

  private final List<ReplicaProcess> heads = new ArrayList<>();
  private final List<ReplicaProcess> features = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final int metricsPort;
  private final int headPort;
  private final int headMetricsPort;
  private final Path hosts;

  /**
   * @param headTarget the head target of the feature replicas; null: the heads of this cluster
   * @param headArguments options of the head replicas
   */
  private Cluster(
      int heads,
      int features,
      String headTarget,
      List<String> headArguments,
      List<String> featureArguments)
      throws IOException, InterruptedException {
    int[] ports = freePorts(4);
    headPort = ports[0];
    metricsPort = ports[2];
    headMetricsPort = ports[3];
    hosts = Files.createTempFile(Files.createDirectories(Path.of("target")), "hosts-", "");
    nameHeads(IntStream.range(0, Math.max(2, heads)).toArray());
    for (int i = 0; i < heads; i++) {
      this.heads.add(
          new ReplicaProcess(
              "head-service",
              Map.of(),
              HOSTS.get(i),
              headPort,
              Stream.concat(
                      Stream.of(
                          "--management-host",
                          HOSTS.get(i),
                          "--management-port",
                          "" + headMetricsPort),
                      headArguments.stream())
                  .toList()));
    }
    String target = headTarget == null ? "dns:///" + NAME + ":" + headPort : headTarget;
    for (int i = 0; i < features; i++) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--head-target",
                  target,
                  "--management-host",
                  HOSTS.get(i),
                  "--management-port",
                  "" + metricsPort));
      arguments.addAll(featureArguments);
      this.features.add(
          new ReplicaProcess(
              "feature-service",
              Map.of("JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts.toAbsolutePath()),
              HOSTS.get(i),
              ports[1],
              arguments));
    }
    try {
      for (ReplicaProcess replica : all()) {
        replica.start();
      }
      for (ReplicaProcess replica : all()) {
        replica.awaitServing();
      }
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  static Cluster start(int heads, int features, String... featureArguments)
      throws IOException, InterruptedException {
    return new Cluster(heads, features, null, List.of(), List.of(featureArguments));
  }

  /** The same with another folder of heads. */
  static Cluster startOver(Path folder, int heads, int features, String... featureArguments)
      throws IOException, InterruptedException {
    return new Cluster(
        heads, features, null, List.of("--heads", folder.toString()), List.of(featureArguments));
  }

  /** One replica of each service, with a proxy between them. */
  static Cluster startBehind(String headTarget, int headPort, String... featureArguments)
      throws IOException, InterruptedException {
    Cluster cluster = new Cluster(0, 1, headTarget, List.of(), List.of(featureArguments));
    ReplicaProcess head =
        new ReplicaProcess(
            "head-service", Map.of(), HOSTS.get(0), headPort, List.of("--management-port", "0"));
    cluster.heads.add(head);
    head.start();
    head.awaitServing();
    return cluster;
  }

  /** Makes these heads, and no others, the addresses of the name. */
  void nameHeads(int... which) throws IOException {
    StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
    for (int head : which) {
      lines.append(HOSTS.get(head)).append(' ').append(NAME).append('\n');
    }
    // Atomically, since it may be read at any time.
    Path next = Path.of(hosts + ".next");
    Files.writeString(next, lines);
    Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<ReplicaProcess> all() {
    List<ReplicaProcess> all = new ArrayList<>(heads);
    all.addAll(features);
    return all;
  }

  ReplicaProcess head(int i) {
    return heads.get(i);
  }

  ReplicaProcess feature(int i) {
    return features.get(i);
  }

  int headPort() {
    return headPort;
  }

  /** A new connection to all feature replicas; each call goes to the next. */
  ManagedChannel channel() {
    return channel(
        "dns:///" + (features.size() == 1 ? "localhost" : NAME) + ":" + feature(0).port());
  }

  /**
   * A new connection to another address, such as that of a proxy. The client library does not
   * balance over replicas.
   */
  ManagedChannel channel(String target) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .defaultLoadBalancingPolicy("round_robin")
            .maxInboundMessageSize(64 << 20)
            .build();
    channels.add(channel);
    return channel;
  }

  /** A metric of the first feature replica: the sum over its attributes, 0 where there is none. */
  double metric(String name) throws IOException, InterruptedException {
    return metric(0, name);
  }

  /** The number of maps that a head replica has scored. */
  long mapsScoredBy(int head) throws IOException, InterruptedException {
    return (long) headMetric(head, "vgg16_head_maps_total");
  }

  /** A metric of a head replica: the sum over its attributes, 0 where there is none. */
  double headMetric(int head, String name) throws IOException, InterruptedException {
    return metric(HOSTS.get(head), headMetricsPort, name);
  }

  /** The number of images that a feature replica has computed. */
  long imagesComputedBy(int feature) throws IOException, InterruptedException {
    return (long) metric(feature, "vgg16_batch_size_sum");
  }

  /** Waits until a restarted feature replica receives its share of the clients' images. */
  void awaitImages(int replica) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (imagesComputedBy(replica) == 0) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no images come to feature replica " + replica);
      }
      Thread.sleep(50);
    }
  }

  private double metric(int replica, String name) throws IOException, InterruptedException {
    return metric(HOSTS.get(replica), metricsPort, name);
  }

  private static double metric(String host, int port, String name)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://%s:%d/metrics".formatted(host, port));
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    String text =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    Matcher matcher = Pattern.compile("(?m)^" + name + "(?:\\{.*})? ([0-9.E+-]+)$").matcher(text);
    double sum = 0;
    while (matcher.find()) {
      sum += Double.parseDouble(matcher.group(1));
    }
    return sum;
  }

  /** Ports that are free at all the hosts. */
  static int[] freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    int[] ports = new int[count];
    try {
      for (int i = 0; i < count; i++) {
        ServerSocket first = new ServerSocket(0, 1, InetAddress.getByName(HOSTS.get(0)));
        sockets.add(first);
        for (String host : HOSTS.subList(1, HOSTS.size())) {
          sockets.add(new ServerSocket(first.getLocalPort(), 1, InetAddress.getByName(host)));
        }
        ports[i] = first.getLocalPort();
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
    return ports;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    features.forEach(ReplicaProcess::close);
    heads.forEach(ReplicaProcess::close);
  }
}
