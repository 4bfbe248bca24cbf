package dev.vgg16.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** Certificates of a test root, in files. */
final class Certificates {

  private static final long NOW = System.currentTimeMillis();

  private final HeldCertificate root;

  Certificates(String name) {
    root = new HeldCertificate.Builder().commonName(name).certificateAuthority(0).build();
  }

  /** Writes the root's certificate, atomically. */
  Path writeRoot(Path file) throws IOException {
    return write(file, root.certificatePem());
  }

  /** Writes a certificate for localhost, and its key. */
  Identity issue(Path folder, String name) throws IOException {
    return write(folder, name, builder(name).signedBy(root).build());
  }

  /** A certificate that expired yesterday. */
  Identity issueExpired(Path folder, String name) throws IOException {
    long day = Duration.ofDays(1).toMillis();
    return write(
        folder,
        name,
        builder(name).signedBy(root).validityInterval(NOW - 9 * day, NOW - day).build());
  }

  /** A self-signed certificate. */
  static Identity issueSelfSigned(Path folder, String name) throws IOException {
    return write(folder, name, builder(name).build());
  }

  /** A client of the JDK that trusts this root and resumes sessions if it can. */
  SSLContext clientContext(Identity identity) throws IOException {
    String pem = Files.readString(identity.certificate()) + Files.readString(identity.key());
    return new HandshakeCertificates.Builder()
        .heldCertificate(HeldCertificate.decode(pem))
        .addTrustedCertificate(root.certificate())
        .build()
        .sslContext();
  }

  private static HeldCertificate.Builder builder(String name) {
    return new HeldCertificate.Builder().commonName(name).addSubjectAlternativeName("localhost");
  }

  private static Identity write(Path folder, String name, HeldCertificate certificate)
      throws IOException {
    return new Identity(
        write(folder.resolve(name + ".pem"), certificate.certificatePem()),
        write(folder.resolve(name + ".key"), certificate.privateKeyPkcs8Pem()));
  }

  static Path write(Path file, String text) throws IOException {
    Path written = Files.createTempFile(file.toAbsolutePath().getParent(), "new", "");
    Files.writeString(written, text);
    return Files.move(
        written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
