package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.e2e.Photos;
import dev.vgg16.e2e.Program;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceBlockingStub;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc.HeadServiceBlockingStub;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of a head answer for its name, on two replicas under load. */
class ReleasedHeadsIT {

  private static final String NAME = "cats-vs-dogs";
  private static final Path FIRST = Program.ROOT.resolve("models/heads").resolve(NAME).resolve("1");
  private static final int KEYS = 3_000;
  private static final int CLIENTS = 8;
  private static final int MAP_BYTES = 5 * 5 * 512 * Float.BYTES;
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @TempDir private Path heads;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @Test
  void sharesKeysAndARollback() throws Exception {
    publish(1);
    publish(2);
    change("pin", NAME + "@1");
    change("canary", NAME + "@2", "--percent", "20");
    // With a cached map, the heads are what is under load.
    try (Cluster cluster = Cluster.startOver(heads, 2, 1, "--cache-bytes", "100000000")) {
      ManagedChannel channel = cluster.channel();
      Map<String, String> versions = classify(channel);
      double share = Collections.frequency(versions.values(), "2") / (double) KEYS;
      Report.print("%d keys, a share of 20%%: %.2f%%", KEYS, 100 * share);
      assertThat(share).isCloseTo(0.2, within(0.02));
      assertThat(classify(channel)).isEqualTo(versions);
      assertThat(cluster.mapsScoredBy(0)).isPositive();
      assertThat(cluster.mapsScoredBy(1)).isPositive();
      assertThat(score(cluster, 0)).isEqualTo(score(cluster, 1)).contains("1", "2");
      rollBackUnderLoad(cluster, channel);
      assertThat(classify(channel).values()).containsOnly("1");
      assertThat(failures).isEmpty();
    }
  }

  private void rollBackUnderLoad(Cluster cluster, ManagedChannel channel) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> load =
        CompletableFuture.runAsync(
            () -> {
              while (!stop.get()) {
                var unused = classify(channel, IntStream.range(0, 100));
              }
            });
    change("rollback", NAME);
    long start = System.nanoTime();
    for (int replica = 0; replica < 2; replica++) {
      long end = start + DEADLINE.toNanos();
      while (share(cluster, replica) > 0) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(20);
      }
      Report.print(
          "rollback: replica %d follows %d ms after the command",
          replica, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
    stop.set(true);
    load.join();
  }

  /** As a replica says. */
  private static double share(Cluster cluster, int replica) {
    return stub(cluster, replica)
        .listHeads(ListHeadsRequest.getDefaultInstance())
        .getHeadsList()
        .stream()
        .filter(head -> head.getVersion().equals("2"))
        .mapToDouble(Head::getTrafficPercent)
        .sum();
  }

  private static HeadServiceBlockingStub stub(Cluster cluster, int replica) {
    ReplicaProcess head = cluster.head(replica);
    return HeadServiceGrpc.newBlockingStub(cluster.channel(head.host() + ":" + head.port()))
        .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  /** The versions that a replica scores maps with these keys with. */
  private static List<String> score(Cluster cluster, int replica) {
    int count = 100;
    String backbone = "vgg16-160-tf-d9a27cc1fc7f";
    ScoreRequest request =
        ScoreRequest.newBuilder()
            .setMaps(
                FeatureMaps.newBuilder()
                    .setBackbone(backbone)
                    .setDataType(dev.vgg16.v1.DataType.DATA_TYPE_FLOAT32)
                    .setCount(count)
                    .setData(ByteString.copyFrom(new byte[count * MAP_BYTES])))
            .addSelections(MapSelection.newBuilder().addHeads(NAME))
            .addAllRoutingKeys(LongStream.range(0, count).boxed().toList())
            .build();
    return stub(cluster, replica).score(request).getMapsList().stream()
        .map(map -> map.getScores().getHeads(0).getVersion())
        .toList();
  }

  /** The version that answers for each key. */
  private Map<String, String> classify(ManagedChannel channel) {
    Map<String, String> versions = Collections.synchronizedMap(new TreeMap<>());
    List<CompletableFuture<Void>> clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(
                client ->
                    CompletableFuture.runAsync(
                        () ->
                            versions.putAll(
                                classify(
                                    channel,
                                    IntStream.range(0, KEYS)
                                        .filter(key -> key % CLIENTS == client)))))
            .toList();
    clients.forEach(CompletableFuture::join);
    assertThat(versions).hasSize(KEYS);
    return versions;
  }

  private Map<String, String> classify(ManagedChannel channel, IntStream keys) {
    Map<String, String> versions = new TreeMap<>();
    FeatureServiceBlockingStub features = FeatureServiceGrpc.newBlockingStub(channel);
    keys.mapToObj(key -> "user-" + key)
        .forEach(
            key -> {
              try {
                HeadScores scores =
                    features
                        .withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                        .classify(
                            Photos.classify(Photos.any(), NAME).toBuilder()
                                .setRoutingKey(key)
                                .build())
                        .getHeads(0);
                versions.put(key, scores.getVersion());
                if (scores.getByTrafficSplit() != scores.getVersion().equals("2")) {
                  failures.add(scores.toString());
                }
              } catch (Exception e) {
                failures.add(e.toString());
              }
            });
    return versions;
  }

  private void publish(int version) throws Exception {
    Path folder = Files.createDirectories(heads.resolve(NAME).resolve("" + version));
    for (String file : List.of("head.onnx", "explain.onnx")) {
      Files.copy(FIRST.resolve(file), folder.resolve(file));
    }
    Files.writeString(
        folder.resolve("head.json"),
        Files.readString(FIRST.resolve("head.json"))
            .replaceFirst("\"version\": 1", "\"version\": " + version));
  }

  private void change(String... arguments) throws Exception {
    String[] all = new String[arguments.length + 3];
    all[0] = "heads";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--heads";
    all[arguments.length + 2] = heads.toString();
    Program.Result result = Program.run("vgg16", all);
    assertThat(result.exitCode()).as(result.err()).isZero();
    Report.print("%s", result.out().strip());
  }
}
