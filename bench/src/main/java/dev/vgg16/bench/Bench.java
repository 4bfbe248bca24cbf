package dev.vgg16.bench;

import dev.vgg16.bench.suite.BatchSizesCommand;
import dev.vgg16.bench.suite.HeadsCommand;
import dev.vgg16.bench.suite.LatencyCommand;
import dev.vgg16.bench.suite.MicroCommand;
import dev.vgg16.bench.suite.OpenLoopCommand;
import dev.vgg16.bench.suite.RelayCommand;
import dev.vgg16.bench.suite.ReplicasCommand;
import dev.vgg16.bench.suite.ScalingCommand;
import dev.vgg16.bench.suite.ShadowCommand;
import dev.vgg16.bench.suite.SoakCommand;
import dev.vgg16.bench.suite.StartupCommand;
import dev.vgg16.bench.suite.ThroughputCommand;
import dev.vgg16.commandline.CommandLines;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmark harness: measures the services, and the libraries under them for comparison. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "PART",
    header = "Measures the services and what they run on; to be started in the repository's root.",
    description = {
      "",
      "Every option is also an environment variable; the command line takes precedence.",
      ""
    })
public final class Bench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    List<Callable<Integer>> parts =
        List.of(
            new ThroughputCommand(),
            new BatchSizesCommand(),
            new LatencyCommand(),
            new OpenLoopCommand(),
            new RelayCommand(),
            new HeadsCommand(),
            new ShadowCommand(),
            new StartupCommand(),
            new SoakCommand(),
            new ReplicasCommand(),
            new MicroCommand(),
            new ScalingCommand());
    System.exit(CommandLines.of(new Bench(), parts, "BENCH", System.getenv()).execute(args));
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "name a part");
  }
}
