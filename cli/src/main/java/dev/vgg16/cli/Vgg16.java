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

/** The command line {@code vgg16}. */
@Command(
    name = "vgg16",
    description = "Classifies images with the VGG16 services, and manages their heads.",
    mixinStandardHelpOptions = true,
    versionProvider = Vgg16.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:success",
      "1:an image, a call or a service failed",
      "2:invalid arguments",
      "141:the reader of standard output is gone"
    })
public final class Vgg16 implements Callable<Integer> {

  /** The exit code that a shell reports for SIGPIPE: 128 plus the signal's number. */
  static final int CLOSED_PIPE = 141;

  @Spec private CommandSpec spec;

  /** Runs the program. */
  public static void main(String[] args) {
    // Libraries log to java.util.logging; their lines would mix with the output on a terminal.
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
      // While help is printed, where picocli calls no handler.
      return CLOSED_PIPE;
    }
  }

  /** The command line, also for the page that documents its options. */
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
