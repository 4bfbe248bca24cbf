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

  public static void main(String[] args) {
    try {
      System.exit(run(args));
    } catch (InterruptedException e) {
      // By the shutdown hook, which ends the process.
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        System.err.println(
            "vgg16-serving: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
        System.exit(1);
      }
    }
  }

  /** Returns the exit code of the services. */
  private static int run(String[] args) throws IOException, InterruptedException {
    ServicesRun services = new ServicesRun(jar(), System.getenv());
    Thread main = Thread.currentThread();
    // At SIGTERM and Ctrl-C the services stop first. (The second one has no effect on them.)
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(main, services), "shutdown"));
    return services.start(args).waitFor();
  }

  private static void end(Thread main, ServicesRun services) {
    // It may be unpacking.
    main.interrupt();
    try {
      // Not 143, the JVM's own for SIGTERM.
      services.end().ifPresent(Runtime.getRuntime()::halt);
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
