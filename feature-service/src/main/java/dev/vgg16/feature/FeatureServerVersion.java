package dev.vgg16.feature;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class FeatureServerVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(FeatureServer.class.getPackage().getImplementationVersion())
            .orElse("development build");
    return new String[] {"feature-service " + version};
  }
}
