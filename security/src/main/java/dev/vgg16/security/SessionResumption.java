package dev.vgg16.security;

import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import java.util.List;

/**
 * In a resumed TLS session no certificate is looked at, so that a client whose root was replaced
 * would still be let in. Netty can be kept from resuming by system properties alone, and only its
 * own TLS library heeds them.
 */
final class SessionResumption {

  private static final List<String> SWITCHES =
      List.of(
          "jdk.tls.server.enableSessionTicketExtension",
          "io.grpc.netty.shaded.io.netty.handler.ssl.openssl.sessionCacheServer");

  private SessionResumption() {}

  /**
   * Checks that no session is resumed.
   *
   * @throws IllegalStateException says what is missing
   */
  static void require() {
    for (String name : SWITCHES) {
      if (!"false".equals(System.getProperty(name))) {
        throw new IllegalStateException(
            ("--tls-client-ca needs the JVM option -D%s=false, as bin/ gives it: without it clients"
                    + " of a root that was replaced would be let in")
                .formatted(name));
      }
    }
    if (!OpenSsl.isAvailable()) {
      throw new IllegalStateException(
          "--tls-client-ca needs Netty's own TLS library, which can't be loaded here: "
              + OpenSsl.unavailabilityCause());
    }
  }
}
