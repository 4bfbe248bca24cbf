package dev.vgg16.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.commandline.CommandLines;
import dev.vgg16.service.management.ManagementOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class HeadServerCommandTest {

  private static final int MAP_BYTES = 5 * 5 * 512 * 4;

  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  @Test
  void hasDefaults() {
    HeadServerOptions options = parse(Map.of());
    assertThat(options.grpc().host()).isEqualTo("127.0.0.1");
    assertThat(options.grpc().port()).isEqualTo(50052);
    assertThat(options.grpc().threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(options.heads()).isEqualTo(Path.of("models/heads"));
    assertThat(options.defaultHead()).isEmpty();
    assertThat(options.maxBatch()).isEqualTo(128);
    assertThat(options.streamWindow()).isEqualTo(16);
    assertThat(options.management()).isEqualTo(new ManagementOptions("127.0.0.1", 9092));
    assertThat(options.watchHeads()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.admin()).isEmpty();
  }

  @Test
  void administrationHasItsOwnPortAndAddress() {
    HeadServerOptions options =
        parse(
            Map.of(),
            "--host",
            "0.0.0.0",
            "--plaintext",
            "--admin-port",
            "7",
            "--watch-heads-ms",
            "0");
    assertThat(options.admin().orElseThrow().port()).isEqualTo(7);
    assertThat(options.admin().orElseThrow().host()).isEqualTo("127.0.0.1");
    assertThat(options.watchHeads()).isZero();
  }

  @Test
  void theCommandLineOverridesTheEnvironment() {
    Map<String, String> environment =
        Map.of(
            "HEAD_SERVICE_PORT", "7", "HEAD_SERVICE_THREADS", "3", "HEAD_SERVICE_GRACE_MS", "50");
    HeadServerOptions options = parse(environment, "--port", "8", "--default-head", "cats");
    assertThat(options.grpc().port()).isEqualTo(8);
    assertThat(options.grpc().threads()).isEqualTo(3);
    assertThat(options.grpc().grace()).isEqualTo(Duration.ofMillis(50));
    assertThat(options.defaultHead()).isEqualTo(Optional.of("cats"));
  }

  @Test
  void theManagementPortKeepsItsOldName() {
    assertThat(parse(Map.of(), "--metrics-port", "7", "--metrics-host", "::1").management())
        .isEqualTo(new ManagementOptions("::1", 7));
    assertThat(parse(Map.of("HEAD_SERVICE_METRICS_PORT", "7")).management().port()).isEqualTo(7);
    assertThat(
            parse(Map.of("HEAD_SERVICE_METRICS_PORT", "7"), "--management-port", "8").management())
        .isEqualTo(new ManagementOptions("127.0.0.1", 8));
  }

  @Test
  void acceptsAMessageOfTheLargestBatch() {
    assertThat(parse(Map.of(), "--max-batch", "40").grpc().maxMessageBytes())
        .isGreaterThan(40 * MAP_BYTES + 1_000);
    assertThat(parse(Map.of(), "--max-batch", "4096").grpc().maxMessageBytes())
        .isGreaterThan(4096 * MAP_BYTES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port|70000|port must be 0 to 65535, not 70000",
        "--port|x|--port",
        "--admin-port|70000|--admin-port must be 0 to 65535, not 70000",
        "--management-port|-1|--management-port must be 0 to 65535, not -1",
        "--threads|-2|--threads must be 1 to 1024, not -2",
        "--threads|2147483647|--threads must be 1 to 1024, not 2147483647",
        "--watch-heads-ms|9223372036854775807|it must be at most 31622400000 (366 days)",
        "--max-batch|0|--max-batch must be 1 to 4096, not 0",
        "--max-batch|4097|--max-batch must be 1 to 4096, not 4097",
        "--stream-window|0|--stream-window must be at least 1, not 0",
        "--max-connection-age-ms|999|--max-connection-age-ms must be 0, which is no limit, or at least 1000, not 999",
        "--drift-sample|-1|--drift-sample must not be negative, was -1",
        "--drain-delay-ms|-1|--drain-delay-ms must not be negative",
        "--grace-ms|-1|--grace-ms must not be negative",
        "--wrong|1|--wrong",
      })
  void namesTheOptionThatIsWrong(String option, String value, String message) {
    assertThat(line(Map.of()).execute(option, value)).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElseThrow())
        .startsWith("head-service: ")
        .contains(message);
    assertThat(err.toString()).contains("--help").doesNotContain("\tat ");
  }

  @Test
  void endsWith1AndOneLineWhenItCanNotStart(@TempDir Path empty) {
    int exit = line(Map.of()).execute("--heads", empty.toString(), "--management-port", "0");
    assertThat(exit).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo(
            "head-service: %s has no heads: expected NAME/VERSION/head.json".formatted(empty));
  }

  @Test
  void printsHelp() {
    assertThat(line(Map.of()).execute("--help")).isZero();
    assertThat(out.toString())
        .contains("--heads", "HEAD_SERVICE_HEADS", "--default-head", "50052", "Exit codes");
    assertThat(line(Map.of()).execute("--version")).isZero();
    assertThat(out.toString()).contains("head-service ");
  }

  private static HeadServerOptions parse(Map<String, String> environment, String... args) {
    HeadServerCommand command = new HeadServerCommand();
    CommandLines.of(command, "HEAD_SERVICE", environment).parseArgs(args);
    return command.toOptions();
  }

  private CommandLine line(Map<String, String> environment) {
    return CommandLines.of(new HeadServerCommand(), "HEAD_SERVICE", environment)
        .setErr(new PrintWriter(err, true))
        .setOut(new PrintWriter(out, true));
  }
}
