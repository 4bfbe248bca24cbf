package dev.vgg16.cli.heads.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vgg16.cli.Vgg16;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.client.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands on a folder with versions 1, 2, 3 and 10 of a head; 10 is of another backbone. */
class ReleaseCommandsTest {

  @TempDir private Path heads;
  private Path cats;
  private StringWriter out;
  private StringWriter err;

  @BeforeEach
  void makeHeads() throws IOException {
    cats = heads.resolve("cats");
    for (int version : new int[] {1, 2, 3, 10}) {
      make(version, version == 10 ? "caffe" : "tf");
    }
  }

  private void make(int version, String backbone) throws IOException {
    Path folder = Files.createDirectories(cats.resolve("" + version));
    String model = "a model";
    Files.writeString(folder.resolve("head.onnx"), model);
    Files.writeString(
        folder.resolve("head.json"),
        """
        {"name": "cats", "version": %d, "backbone": "%s", "file": "head.onnx", "sha256": "%s"}
        """
            .formatted(
                version, backbone, Hashing.sha256().hashString(model, StandardCharsets.UTF_8)));
  }

  private int exec(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("heads", arguments[0], "--heads", heads.toString()));
    all.addAll(List.of(arguments).subList(1, arguments.length));
    return Vgg16.commandLine(Map.of(), Clock.SYSTEM, new Terminal(false, false, false))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private void changes(String line, String... arguments) {
    assertThat(exec(arguments)).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo(line + "\n");
  }

  private void fails(int code, String message, String... arguments) {
    assertThat(exec(arguments)).isEqualTo(code);
    assertThat(err.toString().lines().findFirst().orElse("")).contains(message);
    assertThat(out.toString()).isEmpty();
  }

  private JsonObject versions() throws IOException {
    return JsonParser.parseString(Files.readString(cats.resolve("versions.json")))
        .getAsJsonObject();
  }

  private List<JsonObject> log() throws IOException {
    return Files.readAllLines(cats.resolve("releases.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  @Test
  void aReleaseInStepsAndBack() throws IOException {
    changes("cats: default the highest -> default 1", "pin", "cats@1");
    changes(
        "cats: default 1 -> default 1, 5% to 2, canary = 2", "canary", "cats@2", "--percent", "5");
    changes(
        "cats: default 1, 5% to 2, canary = 2 -> default 1, 12.5% to 2, canary = 2",
        "canary", "cats@2", "--percent", "12.50");
    changes(
        "cats: default 1, 12.5% to 2, canary = 2 -> default 2, canary = 2", "promote", "cats@2");
    changes("cats: default 2, canary = 2 -> default 1, canary = 2", "rollback", "cats");
    assertThat(versions())
        .isEqualTo(JsonParser.parseString("{\"default\": 1, \"labels\": {\"canary\": 2}}"));
    assertThat(log())
        .extracting(change -> change.get("command").getAsString())
        .containsExactly("pin", "canary", "canary", "promote", "rollback");
    JsonObject promoted = log().get(3);
    assertThat(promoted.get("default_before").getAsInt()).isEqualTo(1);
    assertThat(promoted.get("default_after").getAsInt()).isEqualTo(2);
    assertThat(promoted.get("after").toString())
        .isEqualTo("{\"default\":2,\"labels\":{\"canary\":2}}");
    assertThat(promoted.get("who").getAsString()).matches(".+@.+");
    assertThat(Instant.parse(promoted.get("time").getAsString())).isBefore(Instant.MAX);
    try (Stream<Path> files = Files.list(cats)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.startsWith(".v")))
          .isEmpty();
    }
  }

  /** What takes a step back is no step. */
  @Test
  void rollsBackStepByStep() {
    changes("cats: default the highest -> default 1", "promote", "cats@1");
    changes("cats: default 1 -> default 2", "promote", "cats@2");
    changes("cats: default 2 -> default 3", "promote", "cats@3");
    changes("cats: default 3 -> default 2", "rollback", "cats");
    changes("cats: default 2 -> default 1", "rollback", "cats");
    changes("cats: default 1 -> default 10", "rollback", "cats");
    fails(1, "releases.jsonl has no earlier default version of cats", "rollback", "cats");
  }

  @Test
  void aRollbackEndsATrialFirst() {
    changes("cats: default the highest -> default 1", "pin", "cats@1");
    changes("cats: default 1 -> default 2", "promote", "cats@2");
    var unused = exec("canary", "cats@3", "--percent", "50");
    changes("cats: default 2, 50% to 3, canary = 3 -> default 2, canary = 3", "rollback", "cats");
    changes("cats: default 2, canary = 3 -> default 1, canary = 3", "rollback", "cats");
  }

  @Test
  void shadowsComeAndGo() {
    var unused = exec("pin", "cats@1");
    changes("cats: default 1 -> default 1, shadow 2", "shadow", "cats@2");
    changes("cats: default 1, shadow 2 -> default 1, shadow 2, shadow 3", "shadow", "cats@3");
    changes(
        "cats: default 1, shadow 2, shadow 3 -> default 1, shadow 3", "shadow", "cats@2", "--off");
    changes("cats: default 1, shadow 3 -> default 3", "promote", "cats@3");
    changes("cats: nothing to change: default 3", "promote", "cats@3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "promote cats@4|1|there is no cats@4 in ",
        "promote dogs@1|1|there is no head dogs in ",
        "promote cats|2|name a head and a version, such as cats-vs-dogs@2, not 'cats'",
        "promote cats@01|2|name a head and a version",
        "promote ../cats@1|2|name a head and a version",
        "rollback ..|2|name a head, such as cats-vs-dogs, not '..'",
        "canary cats@2|2|--percent",
        "canary cats@2 --percent 101|2|--percent must be a number from 0 to 100 with at most two",
        "canary cats@2 --percent 0.001|2|--percent must be a number from 0 to 100",
        "canary cats@1 --percent 5|1|cats@1 is the default version",
        "canary cats@10 --percent 5|1|cats@10 is of backbone caffe, and the default version 1 of tf",
        "shadow cats@10|1|cats@10 is of backbone caffe",
      })
  void refuses(String command, int code, String message) throws IOException {
    var unused = exec("pin", "cats@1");
    String before = Files.readString(cats.resolve("versions.json"));
    fails(code, message, command.split(" "));
    assertThat(Files.readString(cats.resolve("versions.json"))).isEqualTo(before);
    assertThat(log()).hasSize(1);
  }

  @Test
  void refusesAVersionThatIsBroken() throws IOException {
    Files.writeString(cats.resolve("2/head.onnx"), "another");
    fails(1, "2/head.onnx is not the file that ", "promote", "cats@2");
    Files.delete(cats.resolve("2/head.onnx"));
    fails(1, "2/head.onnx can't be read: ", "promote", "cats@2");
    Files.writeString(cats.resolve("2/head.json"), "{");
    fails(1, "2/head.json is not a JSON object", "promote", "cats@2");
    Files.copy(
        cats.resolve("3/head.json"),
        cats.resolve("2/head.json"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    fails(1, "2/head.json says that it is cats@3, not cats@2", "promote", "cats@2");
    Files.writeString(cats.resolve("versions.json"), "{\"defualt\": 1}");
    fails(1, "cats/versions.json: defualt is unknown; there are default,", "promote", "cats@3");
  }

  @Test
  void tellsHowItIs() throws IOException {
    changes("cats: versions [1, 2, 3, 10]; default the highest", "status");
    var unused = exec("pin", "cats@1");
    assertThat(exec("status", "cats")).isZero();
    assertThat(out.toString())
        .startsWith("cats: versions [1, 2, 3, 10]; default 1; changed 20")
        .endsWith(", pin\n");
  }

  /** As after a full disk, or of another program. */
  @Test
  void linesOfTheLogThatAreNoChangesAreLeftOut() throws IOException {
    changes("cats: default the highest -> default 1", "pin", "cats@1");
    changes("cats: default 1 -> default 2", "pin", "cats@2");
    Path file = cats.resolve("releases.jsonl");
    Files.writeString(file, Files.readString(file) + "{\"command\": 1}\n[]\n\n{\"time\":\n");
    changes("cats: default 2 -> default 1", "rollback", "cats");
  }
}
