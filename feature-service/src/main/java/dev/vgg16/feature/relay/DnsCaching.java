package dev.vgg16.feature.relay;

import java.security.Security;

/** How long the JVM and gRPC cache the answers of DNS. */
public final class DnsCaching {

  /** The JVM's property of this name is a security property, gRPC's a system property. */
  private static final String FOUND = "networkaddress.cache.ttl";

  private static final String NOT_FOUND = "networkaddress.cache.negative.ttl";

  private DnsCaching() {}

  /**
   * Turns these caches off: by default the JVM keeps an answer for 30 s, and a new replica would be
   * found that late. A value that the user has set is kept. Call this before the first lookup.
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
