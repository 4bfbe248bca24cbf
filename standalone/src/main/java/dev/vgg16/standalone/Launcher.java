package dev.vgg16.standalone;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * The main class of the jar: runs {@link Standalone} in a JVM of its own, with the flags and
 * variables that a running JVM can't change for itself, such as the one that turns off ONNX
 * Runtime's telemetry. Needs the JDK alone.
 */
public final class Launcher {

  private Launcher() {}

  public static void main(String[] args) throws InterruptedException {
    try {
      System.exit(run(args));
    } catch (IOException | RuntimeException e) {
      System.err.println(
          "vgg16-serving: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
      System.exit(1);
    }
  }

  /** Returns the exit code of the services. */
  private static int run(String[] args) throws IOException, InterruptedException {
    Path jar = jar();
    UnpackedApp app = UnpackedApp.of(jar, System.getenv());
    Process services =
        new ServicesProcess(jar, app.folder(), System.getenv()).toBuilder(args).start();
    // At SIGTERM and Ctrl-C the services stop first. (The second one has no effect on them.)
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(services, app), "shutdown"));
    return services.waitFor();
  }

  private static void end(Process services, UnpackedApp app) {
    services.destroy();
    try {
      int code = services.waitFor();
      app.close();
      // Not 143, the JVM's own for SIGTERM.
      Runtime.getRuntime().halt(code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Path jar() {
    try {
      return Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
