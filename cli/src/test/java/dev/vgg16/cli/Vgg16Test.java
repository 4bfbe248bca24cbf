package dev.vgg16.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.client.Clock;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command line against fake services. */
class Vgg16Test {

  /** The system's clock, with pauses that end at once. */
  private static final class FastClock implements Clock {
    private final List<Duration> pauses = new ArrayList<>();

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void pause(Duration duration) {
      pauses.add(duration);
    }
  }

  @TempDir private Path folder;
  private final FastClock clock = new FastClock();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FakeServices services;

  @BeforeEach
  void start() throws IOException {
    services = FakeServices.start();
  }

  @AfterEach
  void stop() {
    services.close();
  }

  @Test
  void classifiesFilesInTheirOrder() throws IOException {
    write("b.jpg", "beta");
    write("a.png", "alpha");
    write("sub/c.webp", "gamma");
    write("notes.txt", "not an image");
    assertThat(run("classify", folder.toString())).isZero();
    List<String> rows = out.toString().lines().toList();
    assertThat(rows.get(0)).startsWith("file").contains("label", "score", "ms");
    assertThat(rows.get(1)).contains("a.png", "alpha", "0.5000");
    assertThat(rows.get(2)).contains("b.jpg", "beta");
    assertThat(rows.get(3)).contains("c.webp", "gamma");
    assertThat(rows.get(5)).startsWith("3 images, 0 errors, ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void printsEachFilesErrorAndContinues() throws IOException {
    String good = write("good.jpg", "good");
    String bad = write("bad.jpg", "bad");
    String large = write("large.jpg", "x".repeat((1 << 20) + 1001));
    assertThat(run("classify", "--json", good, bad, large, "missing.jpg")).isEqualTo(1);
    Map<String, JsonObject> lines = jsonByFile();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(good).get("error").isJsonNull()).isTrue();
    JsonObject head = lines.get(good).getAsJsonArray("heads").get(0).getAsJsonObject();
    assertThat(head.get("head").getAsString()).isEqualTo("default");
    assertThat(head.getAsJsonArray("scores").get(0).getAsJsonObject().get("label").getAsString())
        .isEqualTo("good");
    assertThat(error(lines.get(bad))).isEqualTo("INVALID_ARGUMENT no good");
    assertThat(error(lines.get(large)))
        .startsWith("INVALID_ARGUMENT image.encoded")
        .contains("at most 1,000 are allowed");
    assertThat(error(lines.get("missing.jpg"))).isEqualTo("UNREADABLE_FILE no such file");
  }

  @Test
  void printsNoveltyOnRequest() throws IOException {
    String known = write("a.jpg", "known");
    String strange = write("b.jpg", "strange");
    assertThat(run("classify", "--novelty", known, strange)).isZero();
    List<String> rows = out.toString().lines().toList();
    assertThat(rows.get(0)).endsWith("ms  novelty");
    assertThat(rows.get(1)).contains("known").endsWith("  0.75");
    assertThat(rows.get(2)).contains("strange").endsWith("  2.25, above 1.50");
  }

  @Test
  void printsNoveltyInJsonToo() throws IOException {
    String file = write("a.jpg", "strange");
    assertThat(run("classify", "--json", file)).isZero();
    assertThat(novelty(file)).isEqualTo("null");
    out.getBuffer().setLength(0);
    assertThat(run("classify", "--json", "--novelty", file)).isZero();
    assertThat(novelty(file)).isEqualTo("{\"distance\":2.25,\"threshold\":1.5}");
  }

  @Test
  void drawsWhereAHeadSeesAClass() throws IOException {
    Path photo = folder.resolve("photo.png");
    ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB), "png", photo.toFile());
    String text = write("text.jpg", "no picture");
    Path pictures = folder.resolve("made/pictures");
    assertThat(run("classify", "--explain", pictures.toString(), photo.toString(), text)).isZero();
    List<Path> made;
    try (Stream<Path> files = Files.list(pictures)) {
      made = files.toList();
    }
    assertThat(made).singleElement().asString().endsWith("photo.png.default.best.png");
    BufferedImage picture = ImageIO.read(made.get(0).toFile());
    assertThat(picture.getWidth()).isEqualTo(20);
    assertThat(picture.getRGB(1, 5) >> 16 & 0xFF).isGreaterThan(picture.getRGB(18, 5) >> 16 & 0xFF);
    assertThat(err.toString()).contains("no picture of ").contains("text.jpg: ").hasLineCount(1);
  }

  @Test
  void drawsTheClassThatIsNamed() throws IOException {
    Path photo = folder.resolve("photo.png");
    ImageIO.write(new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB), "png", photo.toFile());
    String label = "a/../b";
    assertThat(
            run(
                "classify",
                "--explain",
                folder.resolve("made").toString(),
                "--explain-class",
                label,
                photo.toString()))
        .isZero();
    try (Stream<Path> files = Files.list(folder.resolve("made"))) {
      assertThat(files.toList())
          .singleElement()
          .asString()
          .endsWith("photo.png.default.a_.._b.png");
    }
    assertThat(run("classify", "--explain-class", "cat", photo.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--explain-class needs --explain DIR");
  }

  @Test
  void loadsAndUnloadsHeads() {
    String target = services.target();
    assertThat(exec("heads", "load", "--admin-target", target, "cats")).isZero();
    assertThat(exec("heads", "load", "--admin-target", target, "cats@2")).isZero();
    assertThat(exec("heads", "unload", "--admin-target", target, "cats@2")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "loaded cats@7, now the default version of its name",
            "loaded cats@2",
            "unloaded cats@2");
    assertThat(exec("heads", "load", "--admin-target", target, "dogs")).isEqualTo(1);
    assertThat(err.toString()).contains("NOT_FOUND", "no such folder").hasLineCount(1);
    assertThat(exec("heads", "unload", "--admin-target", target, "cats")).isEqualTo(2);
    assertThat(err.toString()).contains("name a version to unload, such as cats@1");
  }

  private String novelty(String file) {
    JsonObject head = jsonByFile().get(file).getAsJsonArray("heads").get(0).getAsJsonObject();
    return head.get("novelty").toString();
  }

  @Test
  void showsEveryHead() throws IOException {
    String file = write("a.jpg", "alpha");
    assertThat(run("classify", "--head", "one", "--head", "unknown", file)).isEqualTo(1);
    assertThat(out.toString()).contains("one@1", "alpha", "unknown", "INVALID_ARGUMENT: no good");
  }

  /** Streams break in between: no file is lost, and none has two results. */
  @Test
  void resendsItemsThatABrokenStreamLeft() throws IOException {
    services.close();
    services = new FakeServices(7, false);
    for (int i = 0; i < 100; i++) {
      write("%03d.jpg".formatted(i), "image " + i);
    }
    assertThat(run("classify", "--json", folder.toString())).isZero();
    Map<String, JsonObject> lines = jsonByFile();
    assertThat(lines).hasSize(100);
    lines.forEach((file, line) -> assertThat(line.get("error").isJsonNull()).isTrue());
    assertThat(services.streams()).isGreaterThan(10);
    assertThat(services.received().stream().distinct()).hasSize(100);
  }

  @Test
  void resendsItemsThatTheServiceHadNoCapacityFor() throws IOException {
    write("a.jpg", "alpha");
    write("b.jpg", "busy one");
    write("c.jpg", "busy two");
    assertThat(run("classify", "--json", folder.toString())).isZero();
    jsonByFile().forEach((file, line) -> assertThat(line.get("error").isJsonNull()).isTrue());
    assertThat(services.received())
        .containsExactlyInAnyOrder("alpha", "busy one", "busy one", "busy two", "busy two");
  }

  /** Their timeouts are running, so they are resent before the others are sent. */
  @Test
  void resendsRefusedItemsBeforeOthers() throws IOException {
    for (int i = 0; i < 300; i++) {
      write("%03d.jpg".formatted(i), i % 10 == 3 ? "busy " + i : "image " + i);
    }
    assertThat(run("classify", "--json", "--timeout", "30", folder.toString())).isZero();
    assertThat(jsonByFile()).hasSize(300);
    List<String> received = services.received();
    assertThat(received).hasSize(330);
    assertThat(received.lastIndexOf("busy 3")).isLessThan(200);
  }

  @Test
  void givesUpOnAServiceThatBreaksEveryTime() throws IOException {
    services.close();
    services = new FakeServices(0, false);
    String file = write("a.jpg", "alpha");
    assertThat(run("classify", "--json", file, file)).isEqualTo(1);
    assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.contains("UNAVAILABLE"));
    assertThat(services.streams()).isEqualTo(5);
    assertThat(clock.pauses).hasSize(4).isSorted();
  }

  @Test
  void doesNotWaitForeverForASilentService() throws IOException {
    services.close();
    services = new FakeServices(0, true);
    for (int i = 0; i < 10; i++) {
      write(i + ".jpg", "image " + i);
    }
    assertThat(run("classify", "--json", "--timeout", "0.05", "--in-flight", "2", "" + folder))
        .isEqualTo(1);
    assertThat(jsonByFile()).hasSize(10);
  }

  /** The service answers three at a time: with fewer in flight this would never end. */
  @Test
  void keepsAsManyFilesInFlightAsAllowed() throws IOException {
    services.close();
    services = new FakeServices(Integer.MAX_VALUE, false, 3);
    for (int i = 0; i < 12; i++) {
      write("%02d.jpg".formatted(i), "image " + i);
    }
    assertThat(run("classify", "--in-flight", "3", "" + folder)).isZero();
    assertThat(services.mostUnanswered()).isEqualTo(3);
  }

  @Test
  void writesAnArrayOfAllFilesForNumpy() throws IOException {
    String b = write("b.jpg", "b");
    String a = write("a.jpg", "a");
    Path file = folder.resolve("out.npy");
    assertThat(run("extract", "-o", "" + file, b, a)).isZero();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(header(bytes))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 1, 2, ), }")
        .endsWith(" \n");
    assertThat(bytes.position() % 64).isZero();
    assertThat(bytes.remaining()).isEqualTo(16);
    assertThat(bytes.getFloat(bytes.position())).isEqualTo('b');
    assertThat(bytes.getFloat(bytes.position() + 8)).isEqualTo('a');
  }

  @Test
  void writesAnArchiveOfArraysForNumpy() throws IOException {
    String b = write("b.jpg", "b");
    String a = write("a.jpg", "a");
    Path file = folder.resolve("out.npz");
    assertThat(run("extract", "-o", "" + file, b, a)).isZero();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName())).containsOnly("a.npy", "b.npy");
      ByteBuffer bytes =
          ByteBuffer.wrap(zip.getInputStream(zip.getEntry("a.npy")).readAllBytes())
              .order(ByteOrder.LITTLE_ENDIAN);
      assertThat(header(bytes)).contains("'shape': (1, 1, 2, )");
      assertThat(bytes.getFloat(bytes.position())).isEqualTo('a');
    }
  }

  @Test
  void writesNoFileWithAHole() throws IOException {
    String good = write("good.jpg", "good");
    String bad = write("bad.jpg", "bad");
    Path file = Files.writeString(folder.resolve("out.npy"), "of an earlier run");
    assertThat(run("extract", "-o", "" + file, good, bad)).isEqualTo(1);
    assertThat(file).hasContent("of an earlier run");
    assertThat(folder.toFile().list()).containsOnly("good.jpg", "bad.jpg", "out.npy");
    assertThat(err.toString())
        .contains("bad.jpg: INVALID_ARGUMENT: no good")
        .contains("1 of 2 files failed: nothing was written");
  }

  @Test
  void namesTheArraysByPathWhereTheNamesAreTheSame() throws IOException {
    String one = write("one/a.jpg", "a");
    String two = write("two/a.jpg", "b");
    Path file = folder.resolve("out.npz");
    assertThat(run("extract", "-o", "" + file, one, two)).isZero();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .containsOnly(one + ".npy", two + ".npy");
    }
    assertThat(run("extract", "-o", "" + file, one, one)).isEqualTo(2);
    assertThat(err.toString()).contains("the .npz would contain twice: " + one);
  }

  @Test
  void summarizesAsKerasDoes() {
    assertThat(run("summary", "--head-target", services.target())).isZero();
    assertThat(out.toString())
        .containsPattern("vgg16-160 \\(Functional\\) +\\(None, 1, 1, 2\\) +14,714,688")
        .containsPattern("dense_1 \\(Dense\\) +\\(None, 2\\) +1,026")
        .contains("Total params: 14,978,370")
        .contains("Trainable params: 263,682")
        .contains("Non-trainable params: 14,714,688")
        .doesNotContain("block1_conv1");
  }

  @Test
  void summarizesTheBaseToo() {
    assertThat(run("summary", "--layers", "--head-target", services.target())).isZero();
    assertThat(out.toString())
        .containsPattern("block1_conv1 \\(Conv2D\\) +\\(None, 160, 160, 64\\) +1,792");
  }

  @Test
  void listsHeads() {
    assertThat(exec("heads", "--head-target", services.target())).isZero();
    assertThat(out.toString()).contains("cats-vs-dogs", "yes", "263,682", "cat, dog");
  }

  @Test
  void saysWhetherTheServicesServe() {
    assertThat(exec("health", services.target())).isZero();
    assertThat(out.toString()).isEqualTo(services.target() + " SERVING\n");
    services.setHealth(ServingStatus.NOT_SERVING);
    assertThat(exec("health", services.target())).isEqualTo(1);
  }

  @Test
  void printsOneLineWhenNothingAnswers() throws IOException {
    services.close();
    String file = write("a.jpg", "a");
    assertThat(run("classify", file)).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "nothing answers at " + services.target() + ": start the services with `make run`")
        .hasLineCount(1);
  }

  @Test
  void saysHowThePortToAdministerIsOpened() {
    services.close();
    assertThat(exec("heads", "load", "--admin-target", services.target(), "cats")).isEqualTo(1);
    assertThat(err.toString())
        .contains("nothing answers at " + services.target(), "HEAD_SERVICE_ADMIN_PORT")
        .hasLineCount(1);
  }

  @Test
  void refusesWhatItCanNotUse() throws IOException {
    String file = write("a.jpg", "a");
    assertThat(run("classify")).isEqualTo(2);
    assertThat(run("classify", "--no-such-option", file)).isEqualTo(2);
    assertThat(run("extract", "-o", "out.txt", file)).isEqualTo(2);
    assertThat(err.toString()).contains("the output must end in .npy or .npz, and is out.txt");
    assertThat(run("extract", "-o", folder.resolve("gone/out.npy").toString(), file)).isEqualTo(2);
    assertThat(err.toString()).contains("out.npy: there is no folder " + folder.resolve("gone"));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(run("classify", empty.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("no images: ");
    assertThat(run("classify", "--in-flight", "0", file)).isEqualTo(2);
    assertThat(err.toString()).contains("--in-flight must be at least 1, not 0");
    assertThat(run("classify", "--top-k", "-1", file)).isEqualTo(2);
  }

  private static String header(ByteBuffer bytes) {
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertThat(magic).isEqualTo(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    byte[] header = new byte[bytes.getShort()];
    bytes.get(header);
    return new String(header, StandardCharsets.US_ASCII);
  }

  private String write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content).toString();
  }

  /** Runs a command against the fakes. */
  private int run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--target", services.target()));
    all.addAll(Arrays.asList(arguments));
    return exec(all.toArray(String[]::new));
  }

  private int exec(String... arguments) {
    return Vgg16.commandLine(Map.of(), clock, new Terminal(false, false, false))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private Map<String, JsonObject> jsonByFile() {
    Map<String, JsonObject> byFile = new HashMap<>();
    out.toString()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .forEach(line -> assertThat(byFile.put(line.get("file").getAsString(), line)).isNull());
    return byFile;
  }

  private static String error(JsonObject line) {
    JsonObject error = line.getAsJsonObject("error");
    return error.get("code").getAsString() + " " + error.get("message").getAsString();
  }
}
