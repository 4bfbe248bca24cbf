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
 * What a gRPC server needs to be sure of its callers, read from files and kept fresh.
 *
 * @param credentials for TLS, or none
 * @param check lets calls pass that bring a good token; empty: all pass
 * @param expiry of its certificate; empty: it has none
 */
public record ServerSecurity(
    ServerCredentials credentials,
    Optional<ServerInterceptor> check,
    Optional<CertificateExpiry> expiry) {

  /** Anybody may call, without TLS. */
  public static final ServerSecurity OPEN =
      new ServerSecurity(InsecureServerCredentials.create(), Optional.empty(), Optional.empty());

  /**
   * Reads the files.
   *
   * @param needed the role that calls need, where there are tokens
   * @param files reads them
   * @throws UnusableFileException names the file that is wrong
   */
  public static ServerSecurity of(ServerSecurityOptions options, Role needed, FileLoader files) {
    Optional<ExpiringKey> key =
        options.identity().map(identity -> KeyFiles.keyOfServer(identity, files));
    return new ServerSecurity(
        key.map(own -> tls(own, options.clientCa(), files))
            .orElseGet(InsecureServerCredentials::create),
        options.tokens().map(file -> new TokenInterceptor(tokens(file, files), needed)),
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
