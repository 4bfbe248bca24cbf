package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a folder of heads contains, its valid heads are served, loaded and replaced. */
@Timeout(300)
class HostileFoldersIT {

  private static final String GOOD = "cats-vs-dogs";
  private static final Path FROM = Program.ROOT.resolve("models/heads").resolve(GOOD).resolve("1");

  @TempDir private Path temp;
  private Path heads;
  private HeadProgram head;
  private int version = 1;

  @BeforeEach
  void start() throws Exception {
    heads = Files.createDirectory(temp.resolve("heads"));
    write(GOOD, 1);
    head = HeadProgram.start(Map.of(), heads);
  }

  @AfterEach
  void stop() {
    head.close();
  }

  /** Opening one of these blocks, or reading it does not end. */
  @Test
  void whatIsNoFile() throws Exception {
    makePipe(folder("pipe").resolve("head.json"));
    assertRefused("pipe", "can't be read: it is no regular file");
    Path model = write("pipe2", 1).resolve("head.onnx");
    Files.delete(model);
    makePipe(model);
    assertRefused("pipe2", "can't be read: it is no regular file");
    Files.createSymbolicLink(folder("device").resolve("head.json"), Path.of("/dev/zero"));
    assertRefused("device", "can't be read: it is no regular file");
    Files.createSymbolicLink(folder("proc").resolve("head.json"), Path.of("/proc/kmsg"));
    assertRefused("proc", "must be a JSON object");
    Files.createDirectory(folder("folder").resolve("head.json"));
    assertRefused("folder", "can't be read: it is no regular file");
    makePipe(heads.resolve(GOOD).resolve("versions.json"));
    head.await("release refused, the one before holds: ", 1);
    assertGoodOnesAreLoaded();
  }

  /** A sparse file of terabytes. */
  @Test
  void sparseFiles() throws Exception {
    grow(write("sparse", 1).resolve("head.onnx"), 8L << 40);
    assertRefused("sparse", "it has 8,796,093,022,208 bytes, and a model has at most");
    grow(Files.createFile(folder("sparse2").resolve("head.json")), 8L << 40);
    assertRefused("sparse2", "is no manifest: it has more than 1,048,576 bytes");
    assertGoodOnesAreLoaded();
  }

  @Test
  void linksThatGoRoundAndOddNames() throws Exception {
    Files.createSymbolicLink(heads.resolve("loop"), Path.of("loop"));
    head.await("loop can't be read: ", 1);
    Files.createSymbolicLink(folder("loop2").resolve("head.json"), Path.of("head.json"));
    head.await("loop2/1 can't be read: ", 1);
    Files.createDirectories(heads.resolve("a b\n\u001b[31m/1"));
    head.await("is ignored: the name of a head must match", 1);
    for (String odd : new String[] {"01", "0", "-1", "1e3", "2147483648", "9".repeat(30)}) {
      Files.createDirectories(heads.resolve("versions").resolve(odd));
      head.await("versions/" + odd + " is ignored: a version's folder is a whole number", 1);
    }
    assertGoodOnesAreLoaded();
    assertThat(head.program().err()).doesNotContain("\u001b");
  }

  /** A folder that changes faster than scans: it is loaded once it is stable. */
  @Test
  void aManifestThatIsReplacedWithoutAPause() throws Exception {
    Path manifest = heads.resolve(GOOD).resolve("1/head.json");
    String text = Files.readString(manifest);
    int replaced = 0;
    while (!head.program().err().contains("head.json changes from scan to scan")) {
      replace(manifest, text.replace("\"cat\"", "\"cat" + replaced + "\""));
      replaced++;
      Thread.sleep(5);
      answer();
    }
    replace(manifest, text.replace("\"cat\"", "\"tom\""));
    head.await("stays the same now", 1);
    assertGoodOnesAreLoaded();
    assertThat(head.client().head(GOOD + "@1").getLabelsList()).contains("tom");
    System.out.printf("a manifest that was replaced %,d times%n", replaced);
  }

  private static void replace(Path file, String text) throws IOException {
    Path hidden = Files.writeString(file.resolveSibling(".new"), text);
    Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void assertRefused(String name, String why) throws Exception {
    String refusal = "head refused: " + heads.resolve(name).resolve("1") + ": ";
    head.await(refusal, 1);
    assertThat(head.program().err().lines().filter(line -> line.contains(refusal)))
        .singleElement()
        .asString()
        .contains(why);
    answer();
  }

  /** The folder is still watched. */
  private void assertGoodOnesAreLoaded() throws Exception {
    version++;
    write(GOOD, version);
    head.await("head loaded: %s@%d,".formatted(GOOD, version), 1);
    answer();
  }

  private void answer() {
    String backbone = head.client().head(GOOD).getBackbone();
    ScoreRequest request =
        HeadProgram.score(backbone, MapSelection.newBuilder().addHeads(GOOD).build());
    assertThat(head.stub().score(request).getMaps(0).getScores().getHeads(0).getScoresCount())
        .isEqualTo(2);
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(heads.resolve(name).resolve("1"));
  }

  private static void makePipe(Path pipe) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
  }

  private static void grow(Path file, long bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(bytes);
    }
  }

  /** Writes a complete version under a hidden name, then renames it. */
  private Path write(String name, int version) throws IOException {
    Path hidden = Files.createDirectories(heads.resolve(name).resolve("." + version));
    for (String file : new String[] {"head.onnx", "explain.onnx"}) {
      Files.copy(FROM.resolve(file), hidden.resolve(file));
    }
    Files.writeString(
        hidden.resolve("head.json"),
        Files.readString(FROM.resolve("head.json"))
            .replace("\"name\": \"" + GOOD + "\"", "\"name\": \"" + name + "\"")
            .replace("\"version\": 1", "\"version\": " + version));
    return Files.move(hidden, hidden.resolveSibling("" + version));
  }
}
