package dev.vgg16.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.vgg16.security.KeyFiles.ExpiringKey;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * TLS and token authentication of a gRPC client, with files that are reloaded.
 *
 * @param credentials TLS or insecure
 * @param token sends a token with each call; empty without a token
 * @param expiry of the client's certificate; empty without one
 */
public record ClientSecurity(
    ChannelCredentials credentials,
    Optional<ClientInterceptor> token,
    Optional<CertificateExpiry> expiry) {

  /** Without TLS and without a token. */
  public static final ClientSecurity PLAIN =
      new ClientSecurity(InsecureChannelCredentials.create(), Optional.empty(), Optional.empty());

  /**
   * Reads the files.
   *
   * @param files loads the files
   * @throws UnusableFileException names the invalid file
   */
  public static ClientSecurity of(ClientSecurityOptions options, FileLoader files) {
    Optional<ExpiringKey> key =
        options.identity().map(identity -> KeyFiles.keyOfClient(identity, files));
    return new ClientSecurity(
        options.tls() ? tls(key, options.ca(), files) : InsecureChannelCredentials.create(),
        options.token().map(file -> new SentToken(token(file, files))),
        key.map(ExpiringKey::expiry));
  }

  private static ChannelCredentials tls(
      Optional<ExpiringKey> key, Optional<Path> serverCa, FileLoader files) {
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    serverCa.ifPresent(ca -> builder.trustManager(KeyFiles.trustOfServer(ca, files)));
    key.ifPresent(own -> builder.keyManager(own.manager()));
    return builder.build();
  }

  private static Supplier<String> token(Path file, FileLoader files) {
    AtomicReference<String> current = new AtomicReference<>();
    files.add(List.of(file), () -> current.set(readToken(file)));
    return current::get;
  }

  private static String readToken(Path file) {
    String token;
    try {
      token = Files.readString(file, UTF_8).strip();
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file, "there is no such file");
    } catch (IOException e) {
      throw new UnusableFileException(file, "it can't be read as text");
    }
    if (!token.matches("[\\x21-\\x7e]+")) {
      throw new UnusableFileException(file, "it must hold one token, of letters and digits");
    }
    return token;
  }

  private static final class SentToken implements ClientInterceptor {
    private final Supplier<String> token;

    SentToken(Supplier<String> token) {
      this.token = token;
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
          headers.put(TokenInterceptor.AUTHORIZATION, TokenCheck.BEARER + token.get());
          super.start(listener, headers);
        }
      };
    }
  }
}
