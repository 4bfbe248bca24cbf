package dev.vgg16.cli.health;

import dev.vgg16.cli.connection.CredentialOptions;
import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.connection.FeatureTarget;
import dev.vgg16.cli.connection.HeadTarget;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.client.Clock;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks the services' health by grpc.health.v1. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Checks whether the services serve; exit code 0 only when all do.")
public final class HealthCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(2);

  @Mixin private CredentialOptions security;

  @Mixin private FeatureTarget featureTarget;
  @Mixin private HeadTarget headTarget;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Repeat until all serve or the time is up.")
  private double waitSeconds;

  @Parameters(
      arity = "0..*",
      paramLabel = "HOST:PORT",
      description = "Servers to check (default: --target and --head-target).")
  private List<String> targets = List.of();

  @Spec private CommandSpec spec;

  private final Clock clock;

  public HealthCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> checked =
        targets.isEmpty() ? List.of(featureTarget.address(), headTarget.address()) : targets;
    long deadline = clock.nanos() + (long) (waitSeconds * 1e9);
    boolean allServe = true;
    for (String target : checked) {
      String status = await(target, deadline);
      spec.commandLine().getOut().printf("%s %s%n", Printable.of(target), Printable.of(status));
      allServe &= status.equals("SERVING");
    }
    return allServe ? 0 : 1;
  }

  private String await(String target, long deadline) throws InterruptedException {
    try (ServiceConnection connection = ServiceConnection.open(target, security.toOptions())) {
      while (true) {
        String status = check(connection);
        if (status.equals("SERVING") || clock.nanos() - deadline >= 0) {
          return status;
        }
        clock.pause(POLL);
        connection.resetConnectBackoff();
      }
    }
  }

  private static String check(ServiceConnection connection) {
    try {
      return connection
          .call(
              () ->
                  HealthGrpc.newBlockingStub(connection.channel())
                      .withDeadlineAfter(RESPONSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                      .check(HealthCheckRequest.getDefaultInstance()))
          .getStatus()
          .name();
    } catch (ServiceFailure e) {
      return e.getMessage();
    }
  }
}
