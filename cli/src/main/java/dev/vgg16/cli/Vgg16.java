package dev.vgg16.cli;

import dev.vgg16.cli.classify.ClassifyCommand;
import dev.vgg16.cli.extract.ExtractCommand;
import dev.vgg16.cli.heads.HeadsCommand;
import dev.vgg16.cli.health.HealthCommand;
import dev.vgg16.cli.output.StandardError;
import dev.vgg16.cli.output.StandardOutput;
import dev.vgg16.cli.output.StandardOutput.ClosedPipeException;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.cli.summary.SummaryCommand;
import dev.vgg16.client.Clock;
import dev.vgg16.commandline.CommandLines;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program a person types. */
@Command(
    name = "vgg16",
    description = "Classifies images with VGG16 and the heads beside it.",
    mixinStandardHelpOptions = true,
    versionProvider = Vgg16.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:everything was answered",
      "1:something failed",
      "2:the arguments can't be used",
      "141:nobody reads the output any more"
    })
public final class Vgg16 implements Callable<Integer> {

  /** What a shell says of a program that SIGPIPE ended: 128 and the signal's number. */
  static final int CLOSED_PIPE = 141;

  @Spec private CommandSpec spec;

  /** Runs the program. */
  public static void main(String[] args) {
    // Libraries log here and nowhere else, and a person's terminal is no place for it.
    LogManager.getLogManager().reset();
    PrintWriter out = StandardOutput.open();
    PrintWriter err = StandardError.open();
    CommandLine line =
        commandLine(System.getenv(), Clock.SYSTEM, Terminal.detect()).setOut(out).setErr(err);
    System.exit(execute(line, args));
  }

  private static int execute(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (ClosedPipeException e) {
      // While the help is printed, which is no command's execution.
      return CLOSED_PIPE;
    }
  }

  /** The program, for whoever runs it or describes its options. */
  public static CommandLine commandLine(
      Map<String, String> environment, Clock time, Terminal terminal) {
    CommandLine line =
        CommandLines.of(
            new Vgg16(),
            List.of(
                new ClassifyCommand(time, terminal),
                new ExtractCommand(time, terminal),
                new SummaryCommand(),
                new HeadsCommand(),
                new HealthCommand(time)),
            "VGG16",
            environment);
    IExecutionExceptionHandler usual = line.getExecutionExceptionHandler();
    return line.setExecutionExceptionHandler(
        (e, failed, parsed) ->
            e instanceof ClosedPipeException
                ? CLOSED_PIPE
                : usual.handleExecutionException(e, failed, parsed));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Vgg16.class.getPackage().getImplementationVersion();
      return new String[] {"vgg16 " + (version == null ? "(not packaged)" : version)};
    }
  }
}
