package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.client.HeadServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.e2e.Program;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer of a new version is killed half-way, and so is the service that scans it. */
class HalfWrittenHeadIT {

  private static final Path FROM = Program.ROOT.resolve("models/heads/cats-vs-dogs/1");
  private static final List<String> OTHER_FILES = List.of("explain.onnx");

  @Test
  void theOldVersionIsServed(@TempDir Path heads) throws Exception {
    write(heads, 1, 1);
    int port = Cluster.freePorts(1)[0];
    try (ReplicaProcess head =
        new ReplicaProcess(
            "head-service",
            Map.of(),
            "127.0.0.1",
            port,
            List.of(
                "--heads",
                heads.toString(),
                "--watch-heads-ms",
                "200",
                "--management-port",
                "0"))) {
      head.start();
      head.awaitServing();
      try (ServiceConnection connection =
          ServiceConnection.open("127.0.0.1:" + port, ClientSecurityOptions.PLAIN)) {
        write(heads, 2, 0.5);
        awaitRefusal(head);
        assertThat(versions(connection)).containsExactly("1");
        head.kill();
        head.start();
        head.awaitServing();
        assertThat(versions(connection)).containsExactly("1");
        write(heads, 2, 1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (versions(connection).size() < 2) {
          assertThat(System.nanoTime()).as("%s", head.log()).isLessThan(end);
        }
        Report.print("half a version 2: refused, version 1 served, also after SIGKILL and restart");
      }
    }
  }

  private static void awaitRefusal(ReplicaProcess head) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!head.log().contains("head refused")) {
      assertThat(System.nanoTime()).as("%s", head.log()).isLessThan(end);
    }
  }

  private static List<String> versions(ServiceConnection connection) {
    connection.resetConnectBackoff();
    return HeadServiceClient.on(connection)
        .withTimeout(Duration.ofMinutes(2))
        .heads()
        .getHeadsList()
        .stream()
        .map(Head::getVersion)
        .toList();
  }

  /** Writes such a part of its model. */
  private static void write(Path heads, int version, double part) throws IOException {
    Path to = Files.createDirectories(heads.resolve("cats-vs-dogs/" + version));
    for (String file : OTHER_FILES) {
      Files.write(to.resolve(file), Files.readAllBytes(FROM.resolve(file)));
    }
    byte[] model = Files.readAllBytes(FROM.resolve("head.onnx"));
    Files.write(to.resolve("head.onnx"), Arrays.copyOf(model, (int) (model.length * part)));
    Files.writeString(
        to.resolve("head.json"),
        Files.readString(FROM.resolve("head.json"))
            .replace("\"version\": 1", "\"version\": " + version));
  }
}
