package dev.vgg16.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class CommandLinesTest {

  private final StringWriter err = new StringWriter();
  private final Sub sub = new Sub();

  @Test
  void aSubcommandTakesItsDefaultsFromTheEnvironment() {
    assertThat(run(Map.of("PROGRAM_SPEED", "7"), "sub")).isZero();

    assertThat(sub.speed).isEqualTo(7);
  }

  @Test
  void theCommandLineWinsOverTheEnvironment() {
    assertThat(run(Map.of("PROGRAM_SPEED", "7"), "sub", "--speed", "8")).isZero();

    assertThat(sub.speed).isEqualTo(8);
  }

  @Test
  void theDefaultAppliesOtherwise() {
    assertThat(run(Map.of(), "sub")).isZero();

    assertThat(sub.speed).isEqualTo(3);
  }

  @Test
  void theHelpOfASubcommandNamesTheVariables() {
    CommandLine line = line(Map.of());

    assertThat(line.getSubcommands().get("sub").getUsageMessage())
        .contains("PROGRAM_SPEED", "PROGRAM_DEBUG")
        .doesNotContain("PROGRAM_HELP");
  }

  @Test
  void aFailureIsOneLineWithTheNameOfTheProgram() {
    sub.failure = new IllegalStateException("the well is dry\nand more");

    assertThat(run(Map.of(), "sub")).isEqualTo(1);

    assertThat(err.toString()).isEqualTo("program: the well is dry\n");
  }

  @Test
  void debugAddsTheStackTraceOfASubcommand() {
    sub.failure = new IllegalStateException("the well is dry");

    assertThat(run(Map.of(), "sub", "--debug")).isEqualTo(1);

    assertThat(err.toString()).contains("program: the well is dry\n", "\tat ");
  }

  @Test
  void debugCanComeFromTheEnvironment() {
    sub.failure = new IllegalStateException("the well is dry");

    assertThat(run(Map.of("PROGRAM_DEBUG", "true"), "sub")).isEqualTo(1);

    assertThat(err.toString()).contains("\tat ");
  }

  @Test
  void aWrongArgumentOfASubcommandPointsToItsHelp() {
    assertThat(run(Map.of(), "sub", "--speed", "fast")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("program: Invalid value for option '--speed'")
        .endsWith("Try 'program sub --help'.\n");
  }

  @Test
  void aWrongVariableIsNamed() {
    assertThat(run(Map.of("PROGRAM_SPEED", "fast"), "sub")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("program: Invalid value for option '--speed'")
        .contains("'fast'")
        .contains("(from the environment variable PROGRAM_SPEED)\n");
  }

  @Test
  void aVariableThatIsRefusedLaterIsNamed() {
    sub.failure = new IllegalArgumentException("--speed must be 1 to 9, not 70");

    assertThat(run(Map.of("PROGRAM_SPEED", "70"), "sub")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith(
            "program: --speed must be 1 to 9, not 70 (from the environment variable PROGRAM_SPEED)\n");
  }

  @Test
  void aVariableThatTheCommandLineOverridesIsNotNamed() {
    assertThat(run(Map.of("PROGRAM_SPEED", "7"), "sub", "--speed=fast")).isEqualTo(2);

    assertThat(err.toString()).contains("'--speed'").doesNotContain("PROGRAM_SPEED");
  }

  @Test
  void aSimilarCommandIsSuggested() {
    assertThat(run(Map.of(), "usb", "file")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("program: there is no command 'usb': did you mean sub?\n");
  }

  @Test
  void aCommandUnlikeAnyIsNamedAlone() {
    assertThat(run(Map.of(), "frobnicate")).isEqualTo(2);

    assertThat(err.toString()).startsWith("program: there is no command 'frobnicate'\n");
  }

  @Test
  void aSimilarOptionIsSuggested() {
    assertThat(run(Map.of(), "sub", "--sped", "7")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith("program: Unknown option: '--sped': did you mean --speed?\n");
  }

  @Test
  void aTimeIsInMilliseconds() {
    assertThat(run(Map.of(), "sub", "--pause-ms", "1500")).isZero();

    assertThat(sub.pause).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void aTimeThatNoClockHoldsIsRefused() {
    assertThat(run(Map.of("PROGRAM_PAUSE_MS", "" + Long.MAX_VALUE), "sub")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith(
            "program: Invalid value for option '--pause-ms': it must be at most 31622400000"
                + " (366 days), not 9223372036854775807"
                + " (from the environment variable PROGRAM_PAUSE_MS)\n");
  }

  @Test
  void soIsOneThatIsNoNumber() {
    assertThat(run(Map.of(), "sub", "--pause-ms", "1s")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith(
            "program: Invalid value for option '--pause-ms': '1s' is not a number of"
                + " milliseconds\n");
  }

  private int run(Map<String, String> environment, String... args) {
    return line(environment).execute(args);
  }

  private CommandLine line(Map<String, String> environment) {
    return CommandLines.of(new Root(), List.of(sub), "PROGRAM", environment)
        .setErr(new PrintWriter(err, true));
  }

  @Command(name = "program")
  private static final class Root implements Callable<Integer> {
    @Override
    public Integer call() {
      return 0;
    }
  }

  private static final class Common {
    @Option(names = "--speed", defaultValue = "3")
    private int speed;

    @Option(names = "--pause-ms", paramLabel = "MS", defaultValue = "0")
    private Duration pause;

    @Option(names = "--debug")
    @SuppressWarnings("UnusedVariable") // read by name
    private boolean debug;
  }

  @Command(name = "sub", mixinStandardHelpOptions = true)
  private static final class Sub implements Callable<Integer> {
    @Mixin private Common common;
    private RuntimeException failure;
    private int speed;
    private Duration pause;

    @Override
    public Integer call() {
      speed = common.speed;
      pause = common.pause;
      if (failure != null) {
        throw failure;
      }
      return 0;
    }
  }
}
