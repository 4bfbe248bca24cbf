package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadScores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps sent as float16 or pooled: the scores equal those of unmodified maps. */
class WireIT {

  private static final double FLOAT16 = 2e-3;
  private static final double POOLED = 1e-5;

  /** Each photo's score of `cat` with the default encoding. */
  private static final Map<Path, Float> expected = new LinkedHashMap<>();

  private static ByteString expectedMap;

  @BeforeAll
  static void scoreByDefault() throws IOException, InterruptedException {
    try (Services services = Services.start()) {
      for (Path photo : Photos.all()) {
        expected.put(photo, cat(classify(services, photo).getHeads(0)));
      }
      expectedMap = extract(services);
      assertThat(sent(services, "float32", false)).isEqualTo(expected.size());
    }
  }

  @Test
  void float16() throws IOException, InterruptedException {
    try (Services services = Services.start("--wire", "float16")) {
      assertScores(services, FLOAT16);
      assertThat(sent(services, "float16", false)).isEqualTo(expected.size());
      assertThat(extract(services)).isEqualTo(expectedMap);
    }
  }

  @Test
  void pooled() throws IOException, InterruptedException {
    try (Services services = Services.start("--pooled-maps")) {
      awaitPooled(services, "float32");
      long whole = sent(services, "float32", false);
      assertScores(services, POOLED);
      assertThat(sent(services, "float32", false)).isEqualTo(whole);
      assertThat(extract(services)).isEqualTo(expectedMap);
    }
  }

  @Test
  void pooledAndFloat16() throws IOException, InterruptedException {
    try (Services services = Services.start("--pooled-maps", "--wire", "float16")) {
      awaitPooled(services, "float16");
      assertScores(services, FLOAT16);
    }
  }

  /** One of two heads does not declare that it accepts pooled maps. */
  @Test
  void wholeForAHeadThatNeedsWholeMaps(@TempDir Path heads)
      throws IOException, InterruptedException {
    copyHead(heads, "cats-vs-dogs", "\"pooling\"");
    copyHead(heads, "whole", "\"no-pooling\"");
    try (Services services = Services.startOver(heads, "--pooled-maps")) {
      assertThat(services.heads().heads().getHeadsList())
          .extracting(Head::getTakesPooledMaps)
          .containsExactly(true, false);
      awaitPooled(services, "float32");
      long pooled = sent(services, "float32", true);
      long whole = sent(services, "float32", false);
      for (Path photo : expected.keySet()) {
        ClassifyResponse response = classify(services, photo, "cats-vs-dogs", "whole");
        for (HeadScores head : response.getHeadsList()) {
          assertThat((double) cat(head)).isCloseTo(expected.get(photo), within(POOLED));
        }
      }
      assertThat(sent(services, "float32", true)).isEqualTo(pooled);
      assertThat(sent(services, "float32", false)).isEqualTo(whole + expected.size());
    }
  }

  private static void copyHead(Path heads, String name, String pooling) throws IOException {
    Path from = Program.ROOT.resolve("models/heads/cats-vs-dogs/1");
    Path to = Files.createDirectories(heads.resolve(name).resolve("1"));
    for (String file : List.of("head.onnx", "explain.onnx")) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
    String manifest = Files.readString(from.resolve("head.json"));
    Files.writeString(
        to.resolve("head.json"),
        manifest.replace("\"cats-vs-dogs\"", "\"" + name + "\"").replace("\"pooling\"", pooling));
  }

  private static void assertScores(Services services, double tolerance) throws IOException {
    for (Map.Entry<Path, Float> photo : expected.entrySet()) {
      assertThat((double) cat(classify(services, photo.getKey()).getHeads(0)))
          .as("%s", photo.getKey())
          .isCloseTo(photo.getValue(), within(tolerance));
    }
  }

  /** What the heads accept is learned while the first batches are sent, perhaps unpooled. */
  private static void awaitPooled(Services services, String type)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (sent(services, type, true) == 0) {
      assertThat(System.nanoTime()).as("no maps go pooled").isLessThan(end);
      classify(services, Photos.all().get(0));
    }
  }

  /** Maps sent in this encoding, by the feature service's metrics. */
  private static long sent(Services services, String type, boolean pooled)
      throws IOException, InterruptedException {
    return services
        .metrics()
        .lines()
        .filter(line -> line.startsWith("vgg16_relay_maps_total{"))
        .filter(line -> line.contains("type=\"" + type + "\""))
        .filter(line -> line.contains("pooled=\"" + pooled + "\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static ClassifyResponse classify(Services services, Path photo, String... heads)
      throws IOException {
    return services.features().classify(Photos.classify(Photos.bytes(photo), heads));
  }

  private static ByteString extract(Services services) throws IOException {
    return services.features().extract(Photos.any()).getMaps().getData();
  }

  private static float cat(HeadScores head) {
    return head.getScoresList().stream()
        .filter(score -> score.getLabel().equals("cat"))
        .findFirst()
        .orElseThrow()
        .getScore();
  }
}
