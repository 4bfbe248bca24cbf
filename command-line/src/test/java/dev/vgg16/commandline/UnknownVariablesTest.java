package dev.vgg16.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class UnknownVariablesTest {

  private static List<String> warnings(Map<String, String> environment) {
    return UnknownVariables.of(
            CommandLines.of(new Program(), "HEAD_SERVICE", environment),
            "HEAD_SERVICE",
            environment)
        .warnings();
  }

  @Test
  void aMistypedNameIsReportedWithTheNearest() {
    assertThat(warnings(Map.of("HEAD_SERVICE_WACH_HEADS_MS", "0", "HEAD_SERVICE_PROT", "7")))
        .containsExactly(
            "the environment variable HEAD_SERVICE_PROT is not an option and has no effect:"
                + " did you mean HEAD_SERVICE_PORT?",
            "the environment variable HEAD_SERVICE_WACH_HEADS_MS is not an option and has no effect:"
                + " did you mean HEAD_SERVICE_WATCH_HEADS_MS?");
  }

  @Test
  void aNameUnlikeAnyIsReportedWithoutASuggestion() {
    assertThat(warnings(Map.of("HEAD_SERVICE_COLOUR_OF_THE_LOGO", "red")))
        .singleElement()
        .asString()
        .endsWith(": --help lists the options");
  }

  @Test
  void optionsAndOtherVariablesAreNotReported() {
    assertThat(warnings(Map.of("HEAD_SERVICE_PORT", "7", "HEAD_SERVICES", "x", "PATH", "/bin")))
        .isEmpty();
  }

  /** Of services named head-service and head-service-metrics. */
  @ParameterizedTest
  @CsvSource({
    "HEAD_SERVICE_PORT, tcp://10.0.0.1:50052",
    "HEAD_SERVICE_SERVICE_HOST, 10.0.0.1",
    "HEAD_SERVICE_SERVICE_PORT, 50052",
    "HEAD_SERVICE_SERVICE_PORT_GRPC, 50052",
    "HEAD_SERVICE_PORT_50052_TCP, tcp://10.0.0.1:50052",
    "HEAD_SERVICE_PORT_50052_TCP_PROTO, tcp",
    "HEAD_SERVICE_PORT_50052_TCP_PORT, 50052",
    "HEAD_SERVICE_PORT_50052_TCP_ADDR, 10.0.0.1",
    "HEAD_SERVICE_METRICS_PORT, tcp://10.0.0.1:9092",
    "HEAD_SERVICE_METRICS_SERVICE_HOST, 10.0.0.1",
    "HEAD_SERVICE_DNS_PORT_53_UDP, udp://10.0.0.1:53"
  })
  void kubernetesServiceLinksAreNotReported(String name, String value) {
    assertThat(warnings(Map.of(name, value))).isEmpty();
  }

  @Command(name = "head-service", mixinStandardHelpOptions = true)
  private static final class Program implements Callable<Integer> {
    @Option(names = "--port")
    @SuppressWarnings("UnusedVariable") // read by name
    private int port;

    @Option(names = "--watch-heads-ms")
    @SuppressWarnings("UnusedVariable") // read by name
    private long watchHeadsMs;

    @Override
    public Integer call() {
      return 0;
    }
  }
}
