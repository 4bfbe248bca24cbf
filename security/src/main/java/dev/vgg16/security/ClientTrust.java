package dev.vgg16.security;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies clients' certificates by another trust manager, without sending the names of accepted
 * roots. Netty would always send the roots of the start, and clients such as Java's and Go's would
 * not send a certificate of a newer root. Without names clients send the certificate that they have
 * (RFC 5246, 7.4.4; RFC 8446, 4.2.4).
 */
final class ClientTrust extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager roots;

  ClientTrust(X509ExtendedTrustManager roots) {
    this.roots = roots;
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    roots.checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    roots.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    roots.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    roots.checkServerTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    roots.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    roots.checkServerTrusted(chain, type, engine);
  }
}
