package dev.vgg16.feature;

import dev.vgg16.commandline.JarVersion;

/** What {@code feature-service --version} prints. */
final class FeatureServerVersion extends JarVersion {
  FeatureServerVersion() {
    super("feature-service", FeatureServer.class);
  }
}
