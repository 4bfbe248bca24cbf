package dev.vgg16.serving.security;

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
 */
public record ServerSecurity(ServerCredentials credentials, Optional<ServerInterceptor> check) {

  /** Anybody may call, without TLS. */
  public static final ServerSecurity OPEN =
      new ServerSecurity(InsecureServerCredentials.create(), Optional.empty());

  /**
   * Reads the files.
   *
   * @param needed the role that calls need, where there are tokens
   * @param reloading sees to it that they are read again when they change
   * @throws UnusableFileException names the file that is wrong
   */
  public static ServerSecurity of(ServerSecurityOptions options, Role needed, Reloading reloading) {
    return new ServerSecurity(
        credentials(options, reloading),
        options.tokens().map(file -> new TokenCheck(tokens(file, reloading), needed)));
  }

  private static ServerCredentials credentials(ServerSecurityOptions options, Reloading reloading) {
    if (options.identity().isEmpty()) {
      return InsecureServerCredentials.create();
    }
    TlsServerCredentials.Builder builder =
        TlsServerCredentials.newBuilder()
            .keyManager(KeyFiles.keyManager(options.identity().get(), reloading));
    options
        .clientCa()
        .ifPresent(
            ca ->
                builder
                    .trustManager(KeyFiles.trustOfClients(ca, reloading))
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE));
    return builder.build();
  }

  private static Supplier<Tokens> tokens(Path file, Reloading reloading) {
    AtomicReference<Tokens> current = new AtomicReference<>();
    reloading.add(List.of(file), () -> current.set(Tokens.read(file)));
    return current::get;
  }
}
