package dev.vgg16.security;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import javax.net.ssl.X509ExtendedTrustManager;

/** What TLS asks for keys and roots, over files that may change. */
final class KeyFiles {

  private KeyFiles() {}

  /** An identity's certificate and key, and how long it holds. */
  record ExpiringKey(AdvancedTlsX509KeyManager manager, CertificateExpiry expiry) {}

  /** Of a server, which does not start with a certificate that its clients will refuse. */
  static ExpiringKey keyOfServer(Identity identity, FileLoader files) {
    return key(identity, files, CertificateExpiry::requireValid);
  }

  /** Of a client; the server tells it what is wrong with its certificate. */
  static ExpiringKey keyOfClient(Identity identity, FileLoader files) {
    return key(identity, files, (expiry, certificate) -> {});
  }

  private static ExpiringKey key(
      Identity identity, FileLoader files, BiConsumer<CertificateExpiry, X509Certificate> check) {
    AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
    CertificateExpiry expiry =
        new CertificateExpiry(identity.certificate(), Clock.systemUTC(), files::warn);
    files.add(
        List.of(identity.certificate(), identity.key()),
        new FileLoader.Load() {
          @Override
          public void load() {
            X509Certificate[] chain = Pem.certificates(identity.certificate());
            check.accept(expiry, chain[0]);
            manager.updateIdentityCredentials(chain, Pem.key(identity.key(), chain[0]));
            expiry.use(chain[0]);
          }

          @Override
          public void looked() {
            expiry.warn();
          }
        });
    return new ExpiringKey(manager, expiry);
  }

  /** Of the certificates that clients show, which are not bound to a host. */
  static X509ExtendedTrustManager trustOfClients(Path ca, FileLoader files) {
    return new ClientTrust(trust(ca, Verification.CERTIFICATE_ONLY_VERIFICATION, files));
  }

  /** Of a server's certificate, which must be the called host's. */
  static X509ExtendedTrustManager trustOfServer(Path ca, FileLoader files) {
    return trust(ca, Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION, files);
  }

  private static AdvancedTlsX509TrustManager trust(
      Path ca, Verification verification, FileLoader files) {
    try {
      AdvancedTlsX509TrustManager manager =
          AdvancedTlsX509TrustManager.newBuilder().setVerification(verification).build();
      files.add(List.of(ca), () -> update(manager, ca));
      return manager;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM can't verify certificates", e);
    }
  }

  private static void update(AdvancedTlsX509TrustManager manager, Path ca) {
    X509Certificate[] roots = Pem.certificates(ca);
    try {
      manager.updateTrustCredentials(roots);
    } catch (IOException | GeneralSecurityException e) {
      throw new UnusableFileException(ca, "its certificates can't be roots: " + e.getMessage());
    }
  }
}
