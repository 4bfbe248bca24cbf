package dev.vgg16.head;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class HeadServerVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(HeadServer.class.getPackage().getImplementationVersion())
            .orElse("development build");
    return new String[] {"head-service " + version};
  }
}
