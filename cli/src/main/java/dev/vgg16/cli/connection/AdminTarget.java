package dev.vgg16.cli.connection;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.HeadAdminServiceGrpc;
import dev.vgg16.v1.HeadAdminServiceGrpc.HeadAdminServiceBlockingStub;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** A mixin: where the head service is administered. */
@OptionHeading("Services")
public final class AdminTarget {

  /** A large head takes a while to load. */
  private static final int TIMEOUT_SECONDS = 60;

  @Option(
      names = "--admin-target",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:50053",
      description = "What head-service was given as --admin-port (default: ${DEFAULT-VALUE}).")
  private String target;

  /**
   * Makes a call there.
   *
   * @throws ServiceFailure when nothing answers, or it refuses
   */
  public <T> T ask(ClientSecurityOptions security, Function<HeadAdminServiceBlockingStub, T> call) {
    try (Connection connection = Connection.open(target, security)) {
      HeadAdminServiceBlockingStub admin =
          HeadAdminServiceGrpc.newBlockingStub(connection.channel())
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return connection.ask(() -> call.apply(admin));
    } catch (ServiceFailure e) {
      throw e.ifNothingAnswers(
          "head-service opens this port with --admin-port or HEAD_SERVICE_ADMIN_PORT, and it is"
              + " none by default");
    }
  }
}
