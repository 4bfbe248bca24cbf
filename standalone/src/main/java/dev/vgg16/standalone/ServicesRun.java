package dev.vgg16.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One run of the services: what its start made, its end removes. Thread-safe. */
final class ServicesRun {

  private final Path jar;
  private final Map<String, String> environment;
  private @Nullable UnpackedApp app;
  private @Nullable Process services;

  ServicesRun(Path jar, Map<String, String> environment) {
    this.jar = jar;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Unpacks the jar and starts the services.
   *
   * @throws InterruptedException when the thread was interrupted; nothing was started
   */
  synchronized Process start(String... args) throws IOException, InterruptedException {
    UnpackedApp unpacked = UnpackedApp.of(jar, environment);
    app = unpacked;
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Process started =
        new ServicesProcess(jar, unpacked.folder(), environment).toBuilder(args).start();
    services = started;
    return started;
  }

  /**
   * Stops the services and deletes a temporary folder. Waits for a start that goes on.
   *
   * @return the exit code of the services, if they were started
   */
  synchronized OptionalInt end() throws InterruptedException {
    OptionalInt code = OptionalInt.empty();
    if (services != null) {
      services.destroy();
      code = OptionalInt.of(services.waitFor());
    }
    if (app != null) {
      app.close();
    }
    return code;
  }
}
