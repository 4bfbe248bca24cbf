package dev.vgg16.cli;

import dev.vgg16.cli.classify.ClassifyCommand;
import dev.vgg16.cli.connection.Time;
import dev.vgg16.cli.extract.ExtractCommand;
import dev.vgg16.cli.heads.HeadsCommand;
import dev.vgg16.cli.health.HealthCommand;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.cli.summary.SummaryCommand;
import dev.vgg16.serving.options.CommandLines;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
      "2:the arguments can't be used"
    })
public final class Vgg16 implements Callable<Integer> {

  @Spec private CommandSpec spec;

  /** Runs the program. */
  public static void main(String[] args) {
    // Libraries log here and nowhere else, and a person's terminal is no place for it.
    LogManager.getLogManager().reset();
    PrintWriter out = writer(FileDescriptor.out);
    PrintWriter err = writer(FileDescriptor.err);
    int status =
        commandLine(System.getenv(), Time.SYSTEM, Terminal.detect())
            .setOut(out)
            .setErr(err)
            .execute(args);
    out.flush();
    err.flush();
    System.exit(status);
  }

  static CommandLine commandLine(Map<String, String> environment, Time time, Terminal terminal) {
    return CommandLines.of(
        new Vgg16(),
        List.of(
            new ClassifyCommand(time, terminal),
            new ExtractCommand(time, terminal),
            new SummaryCommand(),
            new HeadsCommand(),
            new HealthCommand(time)),
        "VGG16",
        environment);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
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
