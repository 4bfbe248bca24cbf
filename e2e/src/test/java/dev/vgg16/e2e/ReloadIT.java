package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;
import com.google.protobuf.ByteString;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadAdminServiceGrpc;
import dev.vgg16.v1.HeadAdminServiceGrpc.HeadAdminServiceBlockingStub;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.LoadHeadRequest;
import dev.vgg16.v1.UnloadHeadRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Versions of a head are added, changed and removed while clients use it. */
class ReloadIT {

  private static final String NAME = "cats-vs-dogs";
  private static final Path FIRST = Program.ROOT.resolve("models/heads").resolve(NAME).resolve("1");
  private static final int CLIENTS = 4;
  private static final int ROUNDS = 5;

  @TempDir private Path heads;
  private final Multiset<String> versions = ConcurrentHashMultiset.create();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  @Timeout(300)
  void noRequestFails() throws Exception {
    publish(1, text -> text);
    int adminPort = Services.freePorts(1)[0];
    List<String> headArguments =
        List.of(
            "--heads", heads.toString(), "--watch-heads-ms", "100", "--admin-port", "" + adminPort);
    // With cached maps the heads are called about a hundred times as often as the backbone could.
    try (Services services =
        Services.startWith(headArguments, "--cache-bytes", "100000000", "--pooled-maps")) {
      ServiceConnection connection =
          ServiceConnection.open("localhost:" + adminPort, ClientSecurityOptions.PLAIN);
      HeadAdminServiceBlockingStub admin =
          HeadAdminServiceGrpc.newBlockingStub(connection.channel());
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(CompletableFuture.runAsync(() -> classifyUntilStopped(services)));
      }
      for (int round = 0; round < ROUNDS; round++) {
        // A higher version, which becomes the default version of its name.
        publish(2, text -> text);
        await(services, head -> head.getVersion().equals("2") && head.getDefaultVersion());
        // Replaced by one with other labels that accepts no pooled maps.
        publish(2, text -> text.replace("\"cat\",", "\"tom\","));
        await(services, head -> head.getVersion().equals("2") && head.getLabels(0).equals("tom"));
        publish(3, text -> text.replaceFirst("\"pooling\": \"average\",", ""));
        await(services, head -> head.getVersion().equals("3") && head.getDefaultVersion());
        var unused =
            admin.unloadHead(UnloadHeadRequest.newBuilder().setName(NAME).setVersion("3").build());
        await(services, head -> head.getVersion().equals("2") && head.getDefaultVersion());
        assertThat(admin.loadHead(LoadHeadRequest.newBuilder().setName(NAME).build()).getHead())
            .extracting(Head::getVersion)
            .isEqualTo("3");
        remove(3);
        remove(2);
        await(services, head -> head.getVersion().equals("1") && head.getDefaultVersion());
      }
      stop.set(true);
      clients.forEach(CompletableFuture::join);
      connection.close();
    }
    System.out.printf("answered by version: %s, failed: %d%n", versions, failures.size());
    assertThat(failures).isEmpty();
    assertThat(versions.elementSet()).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(versions.size()).isGreaterThan(300);
  }

  private void classifyUntilStopped(Services services) {
    ClassifyRequest request = Photos.classify(photo(), NAME);
    while (!stop.get()) {
      try {
        ClassifyResponse response = services.features().classify(request);
        HeadScores scores = response.getHeads(0);
        if (scores.hasError() || scores.getScores(0).getScore() < 0.9) {
          failures.add(scores.toString());
        }
        versions.add(scores.getVersion());
      } catch (ServiceFailure e) {
        failures.add(e.getMessage());
      }
    }
  }

  private static ByteString photo() {
    try {
      return Photos.any();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Edit {
    String of(String manifest);
  }

  /** As `vgg16-models train` does: writes it under a hidden name, then renames it. */
  private void publish(int version, Edit edit) throws IOException {
    Path name = Files.createDirectories(heads.resolve(NAME));
    Path hidden = Files.createDirectories(name.resolve(".new"));
    for (String file : List.of("head.onnx", "explain.onnx")) {
      Files.copy(FIRST.resolve(file), hidden.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    String manifest = Files.readString(FIRST.resolve("head.json"));
    Files.writeString(
        hidden.resolve("head.json"),
        edit.of(manifest.replaceFirst("\"version\": 1", "\"version\": " + version)));
    if (Files.exists(name.resolve("" + version))) {
      Files.move(
          hidden.resolve("head.json"),
          name.resolve(version + "/head.json"),
          StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.move(hidden, name.resolve("" + version));
    }
  }

  private void remove(int version) throws IOException {
    Path folder = heads.resolve(NAME).resolve("" + version);
    for (String file : List.of("head.json", "head.onnx", "explain.onnx")) {
      Files.delete(folder.resolve(file));
    }
    Files.delete(folder);
  }

  private static void await(Services services, Predicate<Head> wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    List<Head> loaded = List.of();
    while (System.nanoTime() < end) {
      loaded = services.heads().heads().getHeadsList();
      if (loaded.stream().anyMatch(wanted)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("not loaded in time; loaded are " + loaded);
  }
}
