package dev.vgg16.service.options;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.Role;
import dev.vgg16.security.ServerSecurityOptions;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.management.ManagementOptions;
import dev.vgg16.service.outcome.ItemOptions;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A mixin: the options of every service, except ports, whose defaults differ. */
public final class ServerOptions {

  @OptionHeading("Network")
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
  private String host;

  @OptionHeading("Stopping")
  @Option(
      names = "--drain-delay-ms",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "After a signal to stop: how long to go on serving while health already says "
              + "NOT_SERVING. Default: ${DEFAULT-VALUE}.")
  private Duration drainDelay;

  @OptionHeading("Stopping")
  @Option(
      names = "--grace-ms",
      paramLabel = "MS",
      defaultValue = "30000",
      description = "After that: how long calls may take to finish. Default: ${DEFAULT-VALUE}.")
  private Duration grace;

  @OptionHeading("Network")
  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Most connections at a time, of which one address gets at most 4/5. 0: as many as memory "
              + "and open files allow, one for each MiB of direct memory. Default: ${DEFAULT-VALUE}.")
  private int maxConnections;

  @OptionHeading("Network")
  @Option(
      names = "--max-connection-age-ms",
      paramLabel = "MS",
      defaultValue = "60000",
      description =
          "Age at which a client is asked to connect again, which makes it look up the replicas; "
              + "calls and streams in flight go on. Up to a tenth less or more; 0: never. "
              + "Default: ${DEFAULT-VALUE}.")
  private Duration maxConnectionAge;

  @OptionHeading("Network")
  @Option(names = "--no-health", description = "No grpc.health.v1.")
  private boolean noHealth;

  @OptionHeading("Network")
  @Option(names = "--no-reflection", description = "No server reflection.")
  private boolean noReflection;

  @OptionHeading("Log")
  @Option(
      names = "--log-items",
      description =
          "Log each item that failed, of a stream or a call: who sent it, its id, code and message.")
  private boolean logItems;

  @OptionHeading("Log")
  @Option(
      names = "--log-requests",
      description =
          "Log each call at its end: who made it, its status, how long it took, and how many items"
              + " of a stream failed. Not those of health and reflection.")
  private boolean logRequests;

  @Mixin private SecurityOptions security;

  @Mixin private ManagementArguments management;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli calls it.
  private LogFormatOption logFormat;

  @Mixin
  @SuppressWarnings("UnusedVariable") // picocli calls it.
  private DebugOption debug;

  /**
   * The options of the management server.
   *
   * @param port the service's default
   * @throws IllegalArgumentException names the invalid option
   */
  public ManagementOptions management(int port) {
    return management.toOptions(port);
  }

  /** The address to listen on. */
  public String host() {
    return host;
  }

  /**
   * Checks that another listener of the service may listen on an address.
   *
   * @param option the name of the option that gives the host
   * @throws IllegalArgumentException when other machines can reach it, and nothing allows that
   */
  public void checkListensOn(String option, String address) {
    security.toOptions().checkListensOn(option, address);
  }

  /** The options of item logging. */
  public ItemOptions items() {
    return new ItemOptions(logItems);
  }

  /**
   * The options of the gRPC server.
   *
   * @param threads 0: as many as processors
   * @throws IllegalArgumentException names the invalid option
   */
  public GrpcServerOptions grpc(int port, int maxMessageBytes, int threads) {
    return grpc("--", host, Role.CALL, port, maxMessageBytes, threads);
  }

  /**
   * The same for a server that listens on another address.
   *
   * @param prefix of the options of the address and the port, such as {@code --admin-}
   * @param role that its calls need
   */
  public GrpcServerOptions grpc(
      String prefix, String address, Role role, int port, int maxMessageBytes, int threads) {
    ServerSecurityOptions callers = security.toOptions();
    checkArgument(port >= 0 && port <= 65535, "%sport must be 0 to 65535, not %s", prefix, port);
    callers.checkListensOn(prefix + "host", address);
    if (role == Role.ADMIN) {
      callers.checkKnowsAdministrators(prefix + "host", address);
    }
    return new GrpcServerOptions(
        address,
        port,
        maxMessageBytes,
        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
        drainDelay,
        grace,
        callers,
        role,
        !noHealth,
        !noReflection,
        maxConnections,
        maxConnectionAge,
        logRequests);
  }
}
