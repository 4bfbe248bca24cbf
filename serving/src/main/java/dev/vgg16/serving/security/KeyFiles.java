package dev.vgg16.serving.security;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509ExtendedTrustManager;

/** What TLS asks for keys and roots, over files that may change. */
final class KeyFiles {

  private KeyFiles() {}

  static AdvancedTlsX509KeyManager keyManager(Identity identity, FileLoader files) {
    AdvancedTlsX509KeyManager manager = new AdvancedTlsX509KeyManager();
    files.add(
        List.of(identity.certificate(), identity.key()),
        () -> {
          X509Certificate[] chain = Pem.certificates(identity.certificate());
          manager.updateIdentityCredentials(chain, Pem.key(identity.key(), chain[0]));
        });
    return manager;
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
