package dev.vgg16.standalone;

import dev.vgg16.commandline.JarVersion;

/** What {@code --version} prints. */
final class StandaloneVersion extends JarVersion {
  StandaloneVersion() {
    super("vgg16-serving", Standalone.class);
  }
}
