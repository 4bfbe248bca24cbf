package dev.vgg16.standalone;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.feature.FeatureServerCommand;
import dev.vgg16.head.HeadServerCommand;
import dev.vgg16.service.lifecycle.Lifecycle;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of both services in one process. */
@Command(
    name = "vgg16-serving",
    mixinStandardHelpOptions = true,
    versionProvider = StandaloneVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    header = "Runs feature-service and head-service in one process, for trying out.",
    description = {
      "",
      "It has a backbone and a head of its own, and listens on this machine alone. Every option of"
          + " the two services is an environment variable, such as FEATURE_SERVICE_CACHE_BYTES and"
          + " HEAD_SERVICE_LOG_REQUESTS; see docs/configuration.md.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 stopped by a signal, 1 could not start or stop well, 2 bad "
          + "options, 3 out of memory."
    })
final class StandaloneCommand implements Callable<Integer> {

  private final Path app;
  private final Map<String, String> environment;

  @OptionHeading("Network")
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of feature-service. Default: that of FEATURE_SERVICE_PORT, or 50051.")
  private Optional<String> port = Optional.empty();

  @OptionHeading("Network")
  @Option(
      names = "--head-port",
      paramLabel = "PORT",
      description = "Port of head-service. Default: that of HEAD_SERVICE_PORT, or 50052.")
  private Optional<String> headPort = Optional.empty();

  @OptionHeading("Network")
  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Port of HTTP; 0: none. Default: that of FEATURE_SERVICE_HTTP_PORT, or 8080.")
  private Optional<String> httpPort = Optional.empty();

  @OptionHeading("Heads")
  @Option(
      names = "--heads",
      paramLabel = "DIR",
      description =
          "Folder of heads, NAME/VERSION/head.json. Default: that of HEAD_SERVICE_HEADS, or the"
              + " jar's, which has cats-vs-dogs.")
  private Optional<Path> heads = Optional.empty();

  /**
   * @param app the folder of the unpacked jar
   */
  StandaloneCommand(Path app, Map<String, String> environment) {
    this.app = app;
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws Exception {
    ServiceVariables variables =
        new ServiceVariables(environment)
            .set("FEATURE_SERVICE_PORT", port)
            .set("FEATURE_SERVICE_HTTP_PORT", httpPort)
            .set("HEAD_SERVICE_PORT", headPort)
            .set("HEAD_SERVICE_HEADS", heads.map(Path::toString))
            .orElse("FEATURE_SERVICE_BACKBONE", app.resolve("models/backbones/vgg16-160"))
            .orElse("HEAD_SERVICE_HEADS", app.resolve("models/heads"));
    return Lifecycle.run(lifecycle -> start(variables, lifecycle));
  }

  /** Heads first; they are stopped last. */
  private static void start(ServiceVariables variables, Lifecycle lifecycle) throws Exception {
    LauncherWatch.begin(
        Long.getLong(LauncherWatch.LAUNCHER, 0),
        ProcessHandle.current().parent(),
        lifecycle::close);
    HeadServerCommand heads = variables.parse(new HeadServerCommand(), "HEAD_SERVICE");
    int headPort = ServiceVariables.naming("head-service", () -> heads.start(lifecycle));
    ServiceVariables all = variables.set("FEATURE_SERVICE_HEAD_TARGET", "localhost:" + headPort);
    FeatureServerCommand features = all.parse(new FeatureServerCommand(), "FEATURE_SERVICE");
    int unused =
        ServiceVariables.naming(
            "feature-service",
            () -> {
              features.start(lifecycle);
              return 0;
            });
    System.out.print(Suggestions.of(all));
    System.out.flush();
  }
}
