package dev.vgg16.security;

import dev.vgg16.security.KeyFiles.ExpiringKey;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * TLS and token authentication of a gRPC server, with files that are reloaded.
 *
 * @param credentials TLS or insecure
 * @param check refuses calls without a valid token; empty: no token is required
 * @param expiry of its certificate; empty without TLS
 */
public record ServerSecurity(
    ServerCredentials credentials,
    Optional<ServerInterceptor> check,
    Optional<CertificateExpiry> expiry) {

  /** Without TLS and tokens. */
  public static final ServerSecurity OPEN =
      new ServerSecurity(InsecureServerCredentials.create(), Optional.empty(), Optional.empty());

  /**
   * Reads the files.
   *
   * @param required the role that calls need, if tokens are required
   * @param files loads the files
   * @throws UnusableFileException names the invalid file
   */
  public static ServerSecurity of(ServerSecurityOptions options, Role required, FileLoader files) {
    Optional<ExpiringKey> key =
        options.identity().map(identity -> KeyFiles.keyOfServer(identity, files));
    return new ServerSecurity(
        key.map(own -> tls(own, options.clientCa(), files))
            .orElseGet(InsecureServerCredentials::create),
        options.tokens().map(file -> new TokenInterceptor(tokens(file, files), required)),
        key.map(ExpiringKey::expiry));
  }

  private static ServerCredentials tls(ExpiringKey key, Optional<Path> clientCa, FileLoader files) {
    TlsServerCredentials.Builder builder =
        TlsServerCredentials.newBuilder().keyManager(key.manager());
    clientCa.ifPresent(
        ca -> {
          SessionResumption.require();
          builder
              .trustManager(KeyFiles.trustOfClients(ca, files))
              .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        });
    return builder.build();
  }

  private static Supplier<Tokens> tokens(Path file, FileLoader files) {
    AtomicReference<Tokens> current = new AtomicReference<>();
    files.add(List.of(file), () -> current.set(Tokens.read(file)));
    return current::get;
  }
}
