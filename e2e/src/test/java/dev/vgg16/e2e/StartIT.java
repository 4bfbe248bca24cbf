package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The errors of a service that can't start. */
class StartIT {

  @Test
  void withoutAGpuCudaIsRefusedInOneLine() throws Exception {
    assertFails(
        Program.run("feature-service", "--execution-provider", "cuda", "--management-port", "0"),
        1,
        "feature-service: --execution-provider cuda can't be used: ");
  }

  /** They are found on two threads. */
  @Test
  void errorsOfTheBackboneAndOfTheHeadsAreBothNamed() throws Exception {
    Program.Result result =
        Program.run(
            "feature-service",
            "--backbone",
            "nowhere",
            "--head-tls-ca",
            "nowhere.pem",
            "--management-port",
            "0");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains("the backbone can't be loaded: nowhere/backbone.json can't be read")
        .contains("feature-service: nowhere.pem: there is no such file")
        .hasLineCount(2);
  }

  @ParameterizedTest
  @CsvSource({
    "feature-service, dev.vgg16.feature.FeatureServer",
    "head-service, dev.vgg16.head.HeadServer"
  })
  void takesItsClassesFromTheArchive(String service, String mainClass) throws Exception {
    assertThat(Program.run("archive-classes", service)).isEqualTo(new Program.Result(0, "", ""));
    Program.Result loaded =
        Program.run(Map.of("JAVA_OPTS", "-Xlog:class+load:stdout"), service, "--version");
    assertThat(loaded.out()).contains(mainClass + " source: shared objects file (top)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service"})
  void aTakenPortIsNamed(String service) throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = "" + taken.getLocalPort();
      assertFails(
          Program.run(
              service,
              "--host",
              "0.0.0.0",
              "--plaintext",
              "--port",
              port,
              "--management-port",
              "0"),
          1,
          service + ": can't listen on 0.0.0.0:" + port + ": ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service"})
  void anUnknownOptionIsAUsageError(String service) throws Exception {
    Program.Result result = Program.run(service, "--prot", "1");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith(service + ": Unknown option").hasLineCount(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service", "vgg16"})
  void helpNamesTheEnvironment(String program) throws Exception {
    Program.Result result = Program.run(program, "--help");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("Usage: ");
    assertThat(result.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service"})
  void anOptionOutOfRangeIsNamed(String service) throws Exception {
    Program.Result result = Program.run(service, "--port", "70000");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith(service + ": --port must be 0 to 65535").hasLineCount(2);
  }

  @Test
  void headsByXdsAreRefusedWithTheWayOut() throws Exception {
    Program.Result refused = Program.run("feature-service", "--head-target", "xds:///heads:50052");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith("feature-service: --head-target can't be xds:///heads:50052")
        .contains("use dns:///HOST:PORT")
        .hasLineCount(2);
  }

  /** Following the error's advice must result in a service that starts. */
  @Test
  void aCacheThatTheHeapCanNotHoldIsRefusedWithTheWayOut() throws Exception {
    String bytes = "3000000000";
    Program.Result refused = Program.run("feature-service", "--cache-bytes", bytes);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith("feature-service: --cache-bytes (3000000000) must be at most half of the heap")
        .hasLineCount(2);
    Matcher wayOut = Pattern.compile("JAVA_OPTS=(-Xmx\\d+m)").matcher(refused.err());
    assertThat(wayOut.find()).isTrue();
    assertFails(
        Program.run(
            Map.of("JAVA_OPTS", wayOut.group(1), "FEATURE_SERVICE_CACHE_BYTES", bytes),
            "feature-service",
            "--backbone",
            "nowhere",
            "--management-port",
            "0"),
        1,
        "nowhere");
  }

  @Test
  void aCacheTooSmallForOneMapIsRefused() throws Exception {
    Program.Result refused =
        Program.run("feature-service", "--cache-bytes", "51455", "--management-port", "0");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains("feature-service: --cache-bytes must be 0, or at least 51456 for one feature map")
        .doesNotContain("\tat ");
  }

  @Test
  void theEnvironmentStandsInForOptions() throws Exception {
    assertFails(
        Program.run(
            Map.of(
                "FEATURE_SERVICE_BACKBONE", "nowhere",
                "FEATURE_SERVICE_METRICS_PORT", "0",
                // As Kubernetes sets it for a service of this name.
                "FEATURE_SERVICE_PORT", "tcp://10.0.0.1:50051"),
            "feature-service"),
        1,
        "nowhere");
  }

  @ParameterizedTest
  @CsvSource({"feature-service, FEATURE_SERVICE", "head-service, HEAD_SERVICE"})
  void aVariableThatCanNotBeUsedIsNamed(String service, String prefix) throws Exception {
    Program.Result result = Program.run(Map.of(prefix + "_PORT", "abc"), service);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith(service + ": Invalid value for option '--port': 'abc' is not an int")
        .contains("(from the environment variable " + prefix + "_PORT)")
        .hasLineCount(2);
  }

  @Test
  void aVariableThatIsNoOptionIsWarnedOf() throws Exception {
    Program.Result result =
        Program.run(
            Map.of(
                "HEAD_SERVICE_WACH_HEADS_MS", "0",
                "HEAD_SERVICE_PORT", "tcp://10.0.0.1:50052",
                "HEAD_SERVICE_SERVICE_HOST", "10.0.0.1",
                "HEAD_SERVICE_PORT_50052_TCP_ADDR", "10.0.0.1"),
            "head-service",
            "--heads",
            "nowhere",
            "--management-port",
            "0");
    assertFails(result, 1, "nowhere");
    assertThat(result.err().lines().filter(line -> line.contains("environment variable")))
        .singleElement()
        .asString()
        .endsWith(
            "the environment variable HEAD_SERVICE_WACH_HEADS_MS is not an option and has no"
                + " effect: did you mean HEAD_SERVICE_WATCH_HEADS_MS?");
  }

  @Test
  void theOldNameOfTheManagementPortStillWorks() throws Exception {
    Program.Result result =
        Program.run("head-service", "--heads", "nowhere", "--metrics-port", "0");
    assertFails(result, 1, "nowhere");
    assertThat(result.err())
        .contains(
            "the option --metrics-port is deprecated and will be removed: use --management-port");
  }

  @Test
  void whatCanNotBeAllocatedIsOneLine() throws Exception {
    assertFails(
        Program.run(
            Map.of("JAVA_OPTS", "-XX:MaxDirectMemorySize=16m"),
            "feature-service",
            "--max-batch",
            "1000",
            "--port",
            "0",
            "--management-port",
            "0"),
        1,
        "OutOfMemoryError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service"})
  void aMissingTemporaryFolderIsNamed(String service) throws Exception {
    assertFailsInOneLine(
        Program.run(
            Map.of("JAVA_OPTS", "-Djava.io.tmpdir=/nowhere"),
            service,
            "--port",
            "0",
            "--management-port",
            "0"),
        service
            + ": can't make a folder in the temporary folder /nowhere (there is no such folder): "
            + "JAVA_OPTS=-Djava.io.tmpdir=FOLDER names another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"feature-service", "head-service"})
  void tooFewOpenFilesAreTold(String service) throws Exception {
    assertFailsInOneLine(
        new Script(Map.of()).run("ulimit -n 64; exec bin/" + service + " --port 0"),
        service
            + ": at most 64 files and connections may be open here, and at least 128 are needed");
  }

  @Test
  void aHeapTooSmallForWhatMayWaitIsTold() throws Exception {
    Program.Result refused =
        Program.run(Map.of("JAVA_OPTS", "-Xmx48m"), "feature-service", "--management-port", "0");
    assertFailsInOneLine(refused, "feature-service: the heap (");
    // A JVM's heap is a little less than -Xmx.
    assertThat(refused.err())
        .contains(
            "is smaller than what --queue-bytes, --max-image-bytes and --http-max-body-bytes"
                + " allow (192 MiB)")
        .contains("JAVA_OPTS=-Xmx212m makes room");
  }

  @Test
  void aFolderWithoutHeadsIsNamed() throws Exception {
    assertFails(
        Program.run("head-service", "--heads", "nowhere", "--management-port", "0"), 1, "nowhere");
  }

  private static void assertFailsInOneLine(Program.Result result, String message) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).startsWith(message).hasLineCount(1);
  }

  /** Running replicas keep the version pinned before the file was broken. */
  @Test
  void aBrokenPinIsNamed(@TempDir Path heads) throws Exception {
    Path from = Program.ROOT.resolve("models/heads/cats-vs-dogs/1");
    Path head = Files.createDirectories(heads.resolve("cats-vs-dogs/1"));
    for (String file : List.of("head.json", "head.onnx", "explain.onnx")) {
      Files.copy(from.resolve(file), head.resolve(file));
    }
    Files.writeString(head.resolveSibling("versions.json"), "{\"default\": ");
    assertFails(
        Program.run("head-service", "--heads", heads.toString(), "--management-port", "0"),
        1,
        "cats-vs-dogs/versions.json is not JSON");
  }

  private static void assertFails(Program.Result result, int exitCode, String message)
      throws IOException {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    String last = result.err().lines().reduce((a, b) -> b).orElse("");
    assertThat(last).contains(message);
    assertThat(result.err()).doesNotContain("\tat ");
  }
}
