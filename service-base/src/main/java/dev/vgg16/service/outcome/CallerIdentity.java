package dev.vgg16.service.outcome;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What authenticated a client.
 *
 * @param certificate the subject of its certificate; empty if it has shown none
 * @param token a name of its token that does not reveal it; empty if there is none
 */
record CallerIdentity(String certificate, String token) {

  static final CallerIdentity UNKNOWN = new CallerIdentity("", "");

  private static final int MAX_SUBJECT = 256;

  static CallerIdentity ofConnection(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    return session == null ? UNKNOWN : new CallerIdentity(subject(session), "");
  }

  private static String subject(SSLSession session) {
    try {
      return UntrustedText.printable(session.getPeerPrincipal().getName(), MAX_SUBJECT);
    } catch (SSLPeerUnverifiedException e) {
      return "";
    }
  }

  /** Adds the fields that are known. */
  void addTo(LogFields fields) {
    fields.add("tls.client.subject", certificate);
    fields.add("vgg16.token", token);
  }

  CallerIdentity withToken(String name) {
    return new CallerIdentity(certificate, name);
  }
}
