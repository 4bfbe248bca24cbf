package dev.vgg16.feature.relay;

import java.security.Security;

/** How long the JVM and gRPC believe what a name service said. */
public final class DnsCaching {

  /** The JVM's property of this name is a security property, gRPC's a system property. */
  private static final String FOUND = "networkaddress.cache.ttl";

  private static final String NOT_FOUND = "networkaddress.cache.negative.ttl";

  private DnsCaching() {}

  /**
   * Believes it no longer than it takes: by default the JVM does for 30 s, and replicas would be
   * seen that late. What the user sets stays. To be called before the first look-up.
   */
  public static void turnOff() {
    for (String name : new String[] {FOUND, NOT_FOUND}) {
      // The JDK sets the second to 10.
      if (Security.getProperty(name) == null || name.equals(NOT_FOUND)) {
        Security.setProperty(name, "0");
      }
    }
    if (System.getProperty(FOUND) == null) {
      System.setProperty(FOUND, Security.getProperty(FOUND));
    }
  }
}
