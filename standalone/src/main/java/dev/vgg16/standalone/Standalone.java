package dev.vgg16.standalone;

import dev.vgg16.service.lifecycle.ServiceProgram;
import java.nio.file.Path;

/** The main class of the process that runs both services. */
public final class Standalone {

  /** The system property with the folder of the unpacked jar. */
  static final String APP = "vgg16.standalone.app";

  private Standalone() {}

  public static void main(String[] args) throws InterruptedException {
    StandaloneCommand command =
        new StandaloneCommand(Path.of(System.getProperty(APP)), System.getenv());
    System.exit(ServiceProgram.run(command, "STANDALONE", System.getenv(), args));
  }
}
