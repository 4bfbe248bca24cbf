package dev.vgg16.security;

import io.netty.handler.ssl.OpenSsl;
import java.util.List;

/**
 * TLS session resumption must be off when client certificates are required: a resumed session does
 * not verify the certificate, so that a client of a replaced root would still be accepted. In Netty
 * it can be disabled only by system properties, and only in its own TLS library.
 */
final class SessionResumption {

  private static final List<String> SWITCHES =
      List.of(
          "jdk.tls.server.enableSessionTicketExtension",
          "io.netty.handler.ssl.openssl.sessionCacheServer");

  private SessionResumption() {}

  /**
   * Checks that resumption is off.
   *
   * @throws IllegalStateException names the missing property
   */
  static void require() {
    for (String name : SWITCHES) {
      if (!"false".equals(System.getProperty(name))) {
        throw new IllegalStateException(
            ("--tls-client-ca needs the JVM option -D%s=false, as bin/ sets it: without it clients"
                    + " of a replaced root would be accepted")
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
