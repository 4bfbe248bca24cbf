package dev.vgg16.security;

import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Certificates and keys in PEM files. */
final class Pem {

  private Pem() {}

  private interface Parse<T> {
    T from(InputStream in) throws IOException, GeneralSecurityException;
  }

  /**
   * The certificates in a file, in order.
   *
   * @throws UnusableFileException when there is none
   */
  static X509Certificate[] certificates(Path file) {
    X509Certificate[] all =
        read(
            file, CertificateUtils::getX509Certificates, "no PEM certificates can be read from it");
    if (all.length == 0) {
      throw new UnusableFileException(file, "there is no certificate in it");
    }
    return all;
  }

  /**
   * The private key of an identity.
   *
   * @param certificate that the key must belong to
   * @throws UnusableFileException when it is invalid or belongs to another certificate
   */
  static PrivateKey key(Path file, X509Certificate certificate) {
    PrivateKey key =
        read(
            file,
            CertificateUtils::getPrivateKey,
            "no PEM private key can be read from it; it must be PKCS #8 and not encrypted");
    if (!belongTogether(key, certificate)) {
      throw new UnusableFileException(file, "it is not the key of the certificate");
    }
    return key;
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    byte[] anything = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(anything);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(anything);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static <T> T read(Path file, Parse<T> parse, String problem) {
    try (InputStream in = Files.newInputStream(file)) {
      return parse.from(in);
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file, "there is no such file");
    } catch (AccessDeniedException e) {
      throw new UnusableFileException(file, "this process may not read it");
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Its message could reveal the file's contents.
      throw new UnusableFileException(file, problem);
    }
  }
}
