package dev.vgg16.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

class OptionSectionsTest {

  private final Program program = new Program();
  private final CommandLine line = CommandLines.of(program, "PROGRAM", Map.of());

  @Test
  void listsEachOptionOnceUnderItsHeading() {
    assertThat(line.getUsageMessage())
        .containsSubsequence(
            "-h, --help",
            "--plain=",
            "\nNetwork:\n",
            "--port=",
            "Environment: PROGRAM_PORT",
            "--host=",
            "\nQueue:\n",
            "--capacity=")
        .containsOnlyOnce("\n      --port=")
        .containsOnlyOnce("Network:")
        .doesNotContain("--old");
  }

  @Test
  void thoseWithoutAHeadingComeFirst() {
    Map<String, List<OptionSpec>> sections = OptionSections.of(line.getCommandSpec());

    assertThat(sections.keySet()).containsExactly("", "Network", "Queue");
    assertThat(sections.get("")).extracting(OptionSpec::longestName).contains("--plain");
    assertThat(sections.get("Network"))
        .extracting(OptionSpec::longestName)
        .containsExactly("--port", "--host");
  }

  @Test
  void headingsDoNotChangeWhatIsParsed() {
    StringWriter err = new StringWriter();
    line.setErr(new PrintWriter(err, true));

    assertThat(line.execute("--host", "a", "--capacity", "7", "--port", "2")).isZero();
    assertThat(program.network.host).isEqualTo("a");
    assertThat(program.capacity).isEqualTo(7);
    assertThat(program.port).isEqualTo(2);
    assertThat(line.execute("--host", "a", "--capacity", "7", "--host", "b")).isEqualTo(2);
    assertThat(err.toString()).contains("option '--host' (<host>) should be specified only once");
  }

  @Command(name = "program", mixinStandardHelpOptions = true, sortOptions = false)
  private static final class Program implements Callable<Integer> {

    @OptionHeading("Network")
    @Option(names = "--port", defaultValue = "1", description = "The port.")
    int port;

    @OptionHeading("Queue")
    @Option(names = "--capacity", defaultValue = "2", description = "How much.")
    int capacity;

    @SuppressWarnings("UnusedVariable") // picocli sets it
    @Option(names = "--plain", description = "Of no section.")
    String plain;

    @Mixin Network network;

    @Override
    public Integer call() {
      return 0;
    }
  }

  @OptionHeading("Network")
  private static final class Network {

    @Option(names = "--host", description = "The host.")
    String host;

    @SuppressWarnings("UnusedVariable") // picocli sets it
    @Option(names = "--old", hidden = true)
    String old;
  }
}
