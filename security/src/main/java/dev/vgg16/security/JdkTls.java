package dev.vgg16.security;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's own TLS. */
final class JdkTls {

  /** The least; see {@link SessionResumption}. Tickets are off by the properties named there. */
  private static final int SESSION_SECONDS = 1;

  private JdkTls() {}

  /**
   * The context of a server.
   *
   * @param clients verifies their certificates; empty: they need none
   */
  static SSLContext context(
      X509ExtendedKeyManager key, Optional<X509ExtendedTrustManager> clients) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {key}, clients.stream().toArray(TrustManager[]::new), null);
      if (clients.isPresent()) {
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        context.getServerSessionContext().setSessionCacheSize(1);
      }
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }
}
