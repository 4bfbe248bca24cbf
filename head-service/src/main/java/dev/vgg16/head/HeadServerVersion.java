package dev.vgg16.head;

import dev.vgg16.commandline.JarVersion;

/** What {@code head-service --version} prints. */
final class HeadServerVersion extends JarVersion {
  HeadServerVersion() {
    super("head-service", HeadServer.class);
  }
}
