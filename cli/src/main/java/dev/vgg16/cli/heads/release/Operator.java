package dev.vgg16.cli.heads.release;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who runs this program. */
final class Operator {

  private Operator() {}

  /** User and host, such as {@code ann@build-7}. */
  static String name() {
    return System.getProperty("user.name", "unknown") + "@" + host();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
