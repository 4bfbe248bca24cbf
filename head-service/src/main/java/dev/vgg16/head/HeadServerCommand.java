package dev.vgg16.head;

import com.google.common.primitives.Ints;
import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.Role;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.lifecycle.Lifecycle;
import dev.vgg16.service.options.ServerOptions;
import dev.vgg16.service.preflight.Preflight;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line of the head service. */
@Command(
    name = "head-service",
    mixinStandardHelpOptions = true,
    versionProvider = HeadServerVersion.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    header = "Scores feature maps with many heads and serves vgg16.v1.HeadService over gRPC.",
    description = {"", "Every option is also an environment variable; the command line wins.", ""},
    footer = {
      "",
      "Exit codes: 0 stopped by a signal, 1 could not start or stop well, 2 bad "
          + "options, 3 out of memory."
    })
public final class HeadServerCommand implements Callable<Integer> {

  /** Enough for the maps of any backbone that fits in a message: 7x7x512 float32. */
  private static final int LARGEST_MAP_BYTES = 7 * 7 * 512 * Float.BYTES;

  private static final int MANAGEMENT_PORT = 9092;
  private static final int ADMIN_MESSAGE_BYTES = 1 << 16;

  @OptionHeading("Network")
  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "50052",
      description = "Port to listen on. Default: ${DEFAULT-VALUE}.")
  private int port;

  @OptionHeading("Heads")
  @Option(
      names = "--heads",
      paramLabel = "DIR",
      defaultValue = "models/heads",
      description = "Folder of heads, NAME/VERSION/head.json. Default: ${DEFAULT-VALUE}.")
  private Path heads;

  @OptionHeading("Heads")
  @Option(
      names = "--default-head",
      paramLabel = "NAME",
      description = "The head that answers when none is asked for. Default: the first by name.")
  private Optional<String> defaultHead;

  @OptionHeading("Heads")
  @Option(
      names = "--watch-heads-ms",
      paramLabel = "MS",
      defaultValue = "1000",
      description =
          "How often to scan the folder for changes; a head is loaded once its files stay "
              + "the same from one scan to the next. 0: never. Default: ${DEFAULT-VALUE}.")
  private Duration watchHeads;

  @OptionHeading("Administration")
  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description =
          "Port of vgg16.v1.HeadAdminService, which loads and unloads heads; 0: none. "
              + "Default: ${DEFAULT-VALUE}.")
  private int adminPort;

  @OptionHeading("Administration")
  @Option(
      names = "--admin-host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address that it listens on. Default: ${DEFAULT-VALUE}.")
  private String adminHost;

  @OptionHeading("Scoring")
  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "128",
      description = "Most maps in one request. Default: ${DEFAULT-VALUE}.")
  private int maxBatch;

  @OptionHeading("Scoring")
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads that score. 0: as many as there are processors.")
  private int threads;

  @OptionHeading("Scoring")
  @Option(
      names = "--stream-window",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Requests that one stream may have unanswered; flow control holds back the rest. "
              + "Default: ${DEFAULT-VALUE}.")
  private int streamWindow;

  @OptionHeading("Scoring")
  @Option(
      names = "--drift-sample",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "One in N feature maps is compared with the head's training images, for the metric "
              + "vgg16_head_drift and ListHeads; 0: none. Default: ${DEFAULT-VALUE}.")
  private int driftSample;

  @Mixin private ServerOptions server;

  @Override
  public Integer call() throws Exception {
    HeadServerOptions options = usableOptions();
    return Lifecycle.run(lifecycle -> HeadServer.start(options, lifecycle));
  }

  /**
   * Starts the service in a process that has other parts too; it is SERVING when this returns.
   *
   * @param lifecycle gets the service's parts, and stops them
   * @return the port that it listens on
   * @throws IllegalArgumentException names the option that is wrong
   * @throws Exception when it can't start; the message is one line
   */
  public int start(Lifecycle lifecycle) throws Exception {
    return HeadServer.start(usableOptions(), lifecycle).port();
  }

  /** Checked, also against the process. */
  private HeadServerOptions usableOptions() {
    HeadServerOptions options = toOptions();
    Preflight.requireTemporaryFolder(Path.of(System.getProperty("java.io.tmpdir")));
    return options;
  }

  /**
   * The options, checked.
   *
   * @throws IllegalArgumentException names the option that is wrong
   */
  HeadServerOptions toOptions() {
    return new HeadServerOptions(
        server.grpc(port, messageLimit(), threads),
        heads,
        defaultHead,
        watchHeads,
        admin(),
        maxBatch,
        streamWindow,
        driftSample,
        server.management(MANAGEMENT_PORT),
        server.items());
  }

  private Optional<GrpcServerOptions> admin() {
    return adminPort == 0
        ? Optional.empty()
        : Optional.of(
            server.grpc("--admin-", adminHost, Role.ADMIN, adminPort, ADMIN_MESSAGE_BYTES, 1));
  }

  private int messageLimit() {
    return Ints.saturatedCast((long) maxBatch * LARGEST_MAP_BYTES + (1 << 20));
  }
}
