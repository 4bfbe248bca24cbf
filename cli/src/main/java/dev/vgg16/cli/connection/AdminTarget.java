package dev.vgg16.cli.connection;

import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.HeadAdminServiceGrpc;
import dev.vgg16.v1.HeadAdminServiceGrpc.HeadAdminServiceBlockingStub;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Options: the head service's admin port. */
@OptionHeading("Services")
public final class AdminTarget {

  /** Long enough to load a large head. */
  private static final int TIMEOUT_SECONDS = 60;

  @Option(
      names = "--admin-target",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:50053",
      description = "What head-service was given as --admin-port (default: ${DEFAULT-VALUE}).")
  private String target;

  /**
   * Makes a call.
   *
   * @throws ServiceFailure when it fails
   */
  public <T> T call(
      ClientSecurityOptions security, Function<HeadAdminServiceBlockingStub, T> call) {
    try (ServiceConnection connection = ServiceConnection.open(target, security)) {
      HeadAdminServiceBlockingStub admin =
          HeadAdminServiceGrpc.newBlockingStub(connection.channel())
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return connection.call(() -> call.apply(admin));
    } catch (ServiceFailure e) {
      throw e.ifConnectionRefused(
          "head-service opens this port only with --admin-port or HEAD_SERVICE_ADMIN_PORT");
    }
  }
}
