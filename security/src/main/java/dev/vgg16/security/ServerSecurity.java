package dev.vgg16.security;

import dev.vgg16.security.KeyFiles.ExpiringKey;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS and token authentication of a server, with files that are reloaded. */
public final class ServerSecurity {

  /** Without TLS and tokens. */
  public static final ServerSecurity OPEN = new ServerSecurity(Optional.empty(), Optional.empty());

  private final Optional<Keys> keys;
  private final Optional<TokenCheck> tokens;

  /**
   * The server's key, and whose certificates clients must show.
   *
   * @param key of the server, with its certificate
   * @param clients verifies their certificates; empty: they need none
   */
  private record Keys(ExpiringKey key, Optional<X509ExtendedTrustManager> clients) {}

  private ServerSecurity(Optional<Keys> keys, Optional<TokenCheck> tokens) {
    this.keys = keys;
    this.tokens = tokens;
  }

  /**
   * Reads the files.
   *
   * @param required the role that calls need, if tokens are required
   * @param files loads the files
   * @throws UnusableFileException names the invalid file
   */
  public static ServerSecurity of(ServerSecurityOptions options, Role required, FileLoader files) {
    return new ServerSecurity(
        options.identity().map(identity -> keys(identity, options, files)),
        options.tokens().map(file -> TokenCheck.of(file, required, files)));
  }

  private static Keys keys(Identity identity, ServerSecurityOptions options, FileLoader files) {
    options.clientCa().ifPresent(ca -> SessionResumption.require());
    return new Keys(
        KeyFiles.keyOfServer(identity, files),
        options.clientCa().map(ca -> KeyFiles.trustOfClients(ca, files)));
  }

  /** TLS or insecure, for a gRPC server. */
  public ServerCredentials credentials() {
    return keys.map(ServerSecurity::tls).orElseGet(InsecureServerCredentials::create);
  }

  private static ServerCredentials tls(Keys keys) {
    TlsServerCredentials.Builder builder =
        TlsServerCredentials.newBuilder().keyManager(keys.key().manager());
    keys.clients()
        .ifPresent(
            trust ->
                builder.trustManager(trust).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE));
    return builder.build();
  }

  /** The same for a server of the JDK's TLS; empty without TLS. */
  public Optional<SSLContext> sslContext() {
    return keys.map(own -> JdkTls.context(own.key().manager(), own.clients()));
  }

  /** Whether clients must show a certificate. */
  public boolean requiresClientCertificate() {
    return keys.flatMap(Keys::clients).isPresent();
  }

  /** Checks tokens; empty: no token is required. */
  public Optional<TokenCheck> tokens() {
    return tokens;
  }

  /** Refuses gRPC calls without a valid token; empty: no token is required. */
  public Optional<ServerInterceptor> check() {
    return tokens.map(TokenInterceptor::new);
  }

  /** The expiry of its certificate; empty without TLS. */
  public Optional<CertificateExpiry> expiry() {
    return keys.map(own -> own.key().expiry());
  }
}
