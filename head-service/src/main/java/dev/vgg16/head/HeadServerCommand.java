package dev.vgg16.head;

import com.google.common.primitives.Ints;
import dev.vgg16.serving.grpc.GrpcServerOptions;
import dev.vgg16.serving.options.DebugOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the head service. */
@Command(
    name = "head-service",
    mixinStandardHelpOptions = true,
    versionProvider = HeadServerVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    header = "Scores feature maps with many heads and serves vgg16.v1.HeadService over gRPC.",
    description = {"", "Every option is also an environment variable; the command line wins.", ""},
    footer = {
      "",
      "Exit codes: 0 stopped by a signal and all answered, 1 could not start or stop well, 2 bad "
          + "options, 3 out of memory."
    })
final class HeadServerCommand implements Callable<Integer> {

  /** Enough for the maps of any backbone that fits in a message: 7x7x512 float32. */
  private static final int LARGEST_MAP_BYTES = 7 * 7 * 512 * Float.BYTES;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "50052",
      description = "Port to listen on. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--heads",
      paramLabel = "DIR",
      defaultValue = "models/heads",
      description = "Folder of heads, NAME/VERSION/head.json. Default: ${DEFAULT-VALUE}.")
  private Path heads;

  @Option(
      names = "--default-head",
      paramLabel = "NAME",
      description = "The head that answers when none is asked for. Default: the first by name.")
  private Optional<String> defaultHead;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "128",
      description = "Most maps in one request. Default: ${DEFAULT-VALUE}.")
  private int maxBatch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads that score. 0: as many as there are processors.")
  private int threads;

  @Option(
      names = "--stream-window",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Requests that one stream may have unanswered; flow control holds back the rest. "
              + "Default: ${DEFAULT-VALUE}.")
  private int streamWindow;

  @Option(
      names = "--metrics-host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address of the Prometheus endpoint. Default: ${DEFAULT-VALUE}.")
  private String metricsHost;

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description =
          "Port of the Prometheus endpoint, /metrics; 0: none. Default: ${DEFAULT-VALUE}.")
  private int metricsPort;

  @Option(
      names = "--drain-delay-ms",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "After a signal to stop: how long to go on serving while health already says "
              + "NOT_SERVING. Default: ${DEFAULT-VALUE}.")
  private long drainDelayMs;

  @Option(
      names = "--grace-ms",
      paramLabel = "MS",
      defaultValue = "30000",
      description = "After that: how long calls may take to finish. Default: ${DEFAULT-VALUE}.")
  private long graceMs;

  @Spec private CommandSpec spec;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli calls it.
  private DebugOption debug;

  @Override
  public Integer call() throws Exception {
    try (HeadServer server = HeadServer.start(checkedOptions())) {
      server.stopOnSignal();
      server.awaitStop();
    }
    return 0;
  }

  /** A value that can't be used is a usage error, as one that can't be read is. */
  private HeadServerOptions checkedOptions() {
    try {
      return toOptions();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException names the option that is wrong
   */
  HeadServerOptions toOptions() {
    return new HeadServerOptions(
        new GrpcServerOptions(
            host,
            port,
            messageLimit(),
            threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
            Duration.ofMillis(drainDelayMs),
            Duration.ofMillis(graceMs)),
        heads,
        defaultHead,
        maxBatch,
        streamWindow,
        metricsHost,
        metricsPort);
  }

  private int messageLimit() {
    return Ints.saturatedCast((long) maxBatch * LARGEST_MAP_BYTES + (1 << 20));
  }
}
