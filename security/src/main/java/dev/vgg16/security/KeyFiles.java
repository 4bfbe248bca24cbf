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

/** Key and trust managers whose files are reloaded. */
final class KeyFiles {

  private KeyFiles() {}

  /** The key manager of an identity, and the expiry of its certificate. */
  record ExpiringKey(AdvancedTlsX509KeyManager manager, CertificateExpiry expiry) {}

  /** For a server, which does not start with a certificate that is not valid now. */
  static ExpiringKey keyOfServer(Identity identity, FileLoader files) {
    return key(identity, files, CertificateExpiry::requireValid);
  }

  /** For a client; its certificate is left to the server to verify. */
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
          public void checked() {
            expiry.warn();
          }
        });
    return new ExpiringKey(manager, expiry);
  }

  /** For clients' certificates, without host name verification. */
  static X509ExtendedTrustManager trustOfClients(Path ca, FileLoader files) {
    return new ClientTrust(trust(ca, Verification.CERTIFICATE_ONLY_VERIFICATION, files));
  }

  /** For a server's certificate, with host name verification. */
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
