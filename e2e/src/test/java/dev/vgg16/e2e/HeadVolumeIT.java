package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.v1.Head;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The volume of the heads is unmounted, remounted and replaced while clients use a head. */
@Timeout(300)
class HeadVolumeIT {

  private static final String NAME = "cats-vs-dogs";
  private static final Path FROM = Program.ROOT.resolve("models/heads").resolve(NAME).resolve("1");
  private static final int SWAPS = 20;

  @TempDir private Path temp;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicBoolean stop = new AtomicBoolean();
  private Path heads;
  private HeadProgram head;
  private List<CompletableFuture<Void>> clients;

  /** The layout of a Kubernetes volume. */
  @BeforeEach
  void start() throws Exception {
    heads = Files.createDirectory(temp.resolve("heads"));
    write("..2026_01", NAME, 1, "cat");
    write("..2026_02", NAME, 1, "tom");
    write("..2026_03", NAME, 2, "cat");
    Files.createDirectory(heads.resolve("lost+found"));
    turnTo("..2026_01");
    Files.createSymbolicLink(heads.resolve(NAME), Path.of("..data", NAME));
    head = HeadProgram.start(Map.of(), heads);
    String backbone = describe(NAME).getBackbone();
    ScoreRequest request =
        HeadProgram.score(backbone, MapSelection.newBuilder().addHeads(NAME).build());
    clients = List.of(ask(request), ask(request));
  }

  private Head describe(String name) {
    return head.client().head(name);
  }

  private CompletableFuture<Void> ask(ScoreRequest request) {
    return CompletableFuture.runAsync(
        () -> {
          while (!stop.get()) {
            try {
              ScoreResponse response = head.stub().score(request);
              if (response.getMaps(0).getScores().getHeads(0).getScoresCount() != 2) {
                failures.add(response.toString());
              }
              answered.incrementAndGet();
            } catch (StatusRuntimeException e) {
              failures.add(e.getMessage());
            }
          }
        });
  }

  @AfterEach
  void stop() {
    stop.set(true);
    clients.forEach(CompletableFuture::join);
    head.close();
  }

  private void assertNothingFailed(String what) {
    stop.set(true);
    clients.forEach(CompletableFuture::join);
    System.out.printf("%s: %,d answered, %d failed%n", what, answered.get(), failures.size());
    assertThat(failures).isEmpty();
    assertThat(answered.get()).isPositive();
  }

  @Test
  void outages() throws Exception {
    Path away = temp.resolve("away");
    Files.move(heads, away);
    // With either reason: a scan may run while the folder is moved.
    head.await("heads stay as they are", 1);
    Files.createDirectory(heads);
    answerMore();
    Files.delete(heads);
    Files.move(away, heads);
    head.await("are back", 1);
    Files.move(heads, away);
    Files.createDirectory(heads);
    head.await("heads stay as they are", 2);
    answerMore();
    Files.delete(heads);
    Files.move(away, heads);
    head.await("are back", 2);
    Files.delete(heads.resolve("..data"));
    head.await("heads stay as they are", 3);
    answerMore();
    turnTo("..2026_01");
    head.await("are back", 3);
    assertNothingFailed("a volume that is unmounted three times");
    assertThat(head.program().err().lines())
        .filteredOn(line -> line.contains(" WARN  FolderSync") && !line.contains("lost+found"))
        .hasSize(3);
    assertThat(head.program().err().lines())
        .filteredOn(line -> line.contains("lost+found is ignored"))
        .hasSize(1);
    assertThat(head.program().err()).doesNotContain("head unloaded");
  }

  /** A volume for one head, whose mount point stays; then the head is removed. */
  @Test
  void oneOfTwoHeads() throws Exception {
    write(".", "alone", 1, "cat");
    head.await("head loaded: alone@1", 1);
    Path away = Files.move(heads.resolve("alone/1"), temp.resolve("away"));
    head.await("alone is empty, as if its volume were not mounted", 1);
    assertThat(describe("alone").getVersion()).isEqualTo("1");
    Files.move(away, heads.resolve("alone/1"));
    head.await("alone has its files again", 1);
    assertThat(head.program().err()).doesNotContain("head unloaded");
    for (String file : List.of("head.json", "head.onnx", "explain.onnx", "")) {
      Files.delete(heads.resolve("alone/1").resolve(file));
    }
    Files.delete(heads.resolve("alone"));
    head.await("head unloaded: alone@1", 1);
    assertNothingFailed("a volume of one head of two");
  }

  /** The same version with another label, and another version in its place. */
  @Test
  void swaps() throws Exception {
    for (int swap = 1; swap <= SWAPS; swap++) {
      turnTo(swap % 2 == 1 ? "..2026_02" : "..2026_01");
      head.await("head loaded: " + NAME + "@1", swap + 1);
    }
    for (int swap = 1; swap <= SWAPS; swap++) {
      turnTo(swap % 2 == 1 ? "..2026_03" : "..2026_01");
      head.await("head unloaded: " + NAME + "@", swap);
    }
    assertNothingFailed("a volume that is replaced %d times".formatted(2 * SWAPS));
  }

  private void answerMore() throws InterruptedException {
    int before = answered.get() + failures.size();
    while (answered.get() + failures.size() < before + 50) {
      Thread.sleep(10);
    }
  }

  private void turnTo(String target) throws IOException {
    Path link = Files.createSymbolicLink(heads.resolve("..data_tmp"), Path.of(target));
    Files.move(link, heads.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }

  private void write(String volume, String name, int version, String label) throws IOException {
    Path folder =
        Files.createDirectories(heads.resolve(volume).resolve(name).resolve("." + version));
    for (String file : List.of("head.onnx", "explain.onnx")) {
      Files.copy(FROM.resolve(file), folder.resolve(file));
    }
    Files.writeString(
        folder.resolve("head.json"),
        Files.readString(FROM.resolve("head.json"))
            .replace("\"name\": \"" + NAME + "\"", "\"name\": \"" + name + "\"")
            .replace("\"version\": 1", "\"version\": " + version)
            .replace("\"cat\"", "\"" + label + "\""));
    Files.move(folder, folder.resolveSibling("" + version));
  }
}
