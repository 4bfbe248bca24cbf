package dev.vgg16.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malicious heads in the folder of a running head service: each is refused with one line in the
 * log, and the valid head is still served.
 */
@Timeout(300)
class HostileHeadsIT {

  private static final String GOOD = "cats-vs-dogs";
  private static final Path MODEL =
      Program.ROOT.resolve("models/heads").resolve(GOOD).resolve("1/head.onnx");
  private static final Path FIXTURES = Program.ROOT.resolve("inference/src/test/resources/onnx");

  @TempDir private static Path heads;
  @TempDir private static Path elsewhere;

  private static Services services;
  private static GoodClient good;
  private static int faults;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path folder = Files.createDirectories(heads.resolve(GOOD).resolve("1"));
    for (String file : List.of("head.json", "head.onnx", "explain.onnx")) {
      Files.copy(MODEL.resolveSibling(file), folder.resolve(file));
    }
    services = Services.startWith(List.of("--heads", heads.toString(), "--watch-heads-ms", "100"));
    good = new GoodClient(services.featureConnection());
  }

  @AfterAll
  static void stop() {
    try {
      good.report("hostile heads", faults);
    } finally {
      services.close();
    }
  }

  @Test
  void brokenOnnx() throws Exception {
    Path model = write("broken.onnx", "this is no model at all".getBytes(UTF_8));
    assertRefused("broken", "head.onnx", model, "can't be loaded: it is no ONNX model");
  }

  @Test
  void halfAnOnnx() throws Exception {
    byte[] whole = Files.readAllBytes(MODEL);
    Path model = write("half.onnx", Arrays.copyOf(whole, whole.length / 2));
    assertRefused("half", "head.onnx", model, "can't be loaded: it is no ONNX model");
  }

  /** 5 GiB with a correct digest. */
  @Test
  void aHugeFile() throws Exception {
    Path model = elsewhere.resolve("huge.onnx");
    try (RandomAccessFile file = new RandomAccessFile(model.toFile(), "rw")) {
      file.setLength(5L << 30);
    }
    assertRefused(
        "huge", "head.onnx", model, "it has 5,368,709,120 bytes, and a model has at most");
  }

  @ParameterizedTest
  @ValueSource(strings = {"external_beside", "external_above", "external_absolute"})
  void weightsInAnotherFile(String fixture) throws Exception {
    write("weights.bin", new byte[12]);
    assertRefused(
        fixture, "head.onnx", FIXTURES.resolve(fixture + ".onnx"), "keeps weights in another file");
  }

  @Test
  void anotherModelThanTheOneDescribed() throws Exception {
    Path folder = prepare("other", "head.onnx", MODEL);
    Files.write(folder.resolve("head.onnx"), new byte[] {1});
    publish("other", folder, "is not the file that its manifest describes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../cats-vs-dogs/1/head.onnx", "/etc/passwd", "a/../head.onnx"})
  void aPathOutOfTheFolder(String path) throws Exception {
    assertRefused(
        "path-" + Integer.toHexString(path.hashCode()),
        path,
        MODEL,
        "file must be the name of a file beside the manifest");
  }

  @Test
  void aLinkOutOfTheFolder() throws Exception {
    Path folder = prepare("link", "head.onnx", MODEL);
    Files.delete(folder.resolve("head.onnx"));
    Files.createSymbolicLink(folder.resolve("head.onnx"), MODEL);
    publish("link", folder, "is a link that leads out of its folder");
  }

  /** Otherwise the first request for an explanation would fail. */
  @Test
  void anExplanationOfAnotherShape() throws Exception {
    Path folder = prepare("explained", "head.onnx", MODEL);
    Files.copy(MODEL, folder.resolve("explain.onnx"));
    String digest = MoreFiles.asByteSource(MODEL).hash(Hashing.sha256()).toString();
    Path manifest = folder.resolve("head.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst(
                "\\{",
                "{\"explain\": {\"file\": \"explain.onnx\", \"sha256\": \"" + digest + "\"},"));
    publish("explained", folder, "its output must be [N, classes, height, width], [2, 5, 5]");
  }

  @Test
  void aManifestOfHalfAMillionNumbers() throws Exception {
    Path folder = prepare("numbers", "head.onnx", MODEL);
    Path manifest = folder.resolve("head.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst("\\{", "{\"more\": [" + "1,".repeat(500_000) + "1],"));
    publish("numbers", folder, "is no manifest: it has more than 100,000 values");
  }

  @Test
  void aNameThatLeadsElsewhere() throws Exception {
    assertRefused("../../evil", "head.onnx", MODEL, "name must match");
  }

  private static Path write(String name, byte[] bytes) throws IOException {
    return Files.write(elsewhere.resolve(name), bytes);
  }

  private static void assertRefused(String name, String file, Path model, String message)
      throws Exception {
    publish(name, prepare(name, file, model), message);
  }

  /** A hidden folder with a manifest of this name and file, and the model. */
  private static Path prepare(String name, String file, Path model) throws IOException {
    Path folder = Files.createTempDirectory(heads, ".new");
    String digest = MoreFiles.asByteSource(model).hash(Hashing.sha256()).toString();
    String manifest =
        Files.readString(MODEL.resolveSibling("head.json"))
            .replaceFirst("(\"name\": )\"[^\"]*\"", "$1\"" + name + "\"")
            .replaceFirst("(\"file\": )\"head.onnx\"", "$1\"" + file + "\"")
            .replaceFirst("(\"sha256\": )\"[^\"]*\"", "$1\"" + digest + "\"")
            .replaceFirst("(?s),\\s*\"explain\": \\{.*?\\}", "");
    Files.writeString(folder.resolve("head.json"), manifest);
    if (model.startsWith(elsewhere) && Files.size(model) > 1 << 30) {
      Files.move(model, folder.resolve("head.onnx"));
    } else {
      Files.copy(model, folder.resolve("head.onnx"));
    }
    return folder;
  }

  private static void publish(String name, Path folder, String message) throws Exception {
    String place = name.replace("../", "");
    Path version = Files.createDirectories(heads.resolve(place)).resolve("1");
    Files.move(folder, version);
    faults++;
    String refusal = "head refused: " + version + ": ";
    await(refusal);
    good.classify();
    // After a few more scans there is still one line, and the head is not loaded.
    TimeUnit.MILLISECONDS.sleep(500);
    good.classify();
    assertThat(services.headProgram().err().lines().filter(line -> line.contains(refusal)))
        .singleElement()
        .asString()
        .contains(message);
  }

  private static void await(String line) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!services.headProgram().err().contains(line)) {
      assertThat(System.nanoTime()).as("not refused in time: %s", line).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
