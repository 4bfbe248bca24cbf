package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.security.Role;
import dev.vgg16.security.ServerSecurityOptions;
import dev.vgg16.service.telemetry.Telemetry;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which calls a real server counts as one client. */
class ClientKeyTest {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String ANNA = "anna-0123456789abc";
  private static final String BELA = "bela-0123456789abc";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private Path folder;

  private final List<Object> keys = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private GrpcServer server;

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.stop();
  }

  private void start(Optional<Path> tokens) throws IOException {
    GrpcServerOptions options =
        new GrpcServerOptions(
            LOOPBACK,
            0,
            1 << 20,
            2,
            Duration.ZERO,
            Duration.ofHours(1),
            new ServerSecurityOptions(Optional.empty(), Optional.empty(), tokens, true),
            Role.CALL,
            true,
            true,
            0,
            GrpcServerOptions.CONNECTION_AGE,
            false);
    server =
        new GrpcServer(
            options,
            new OpenStreams(),
            Telemetry.none().grpc(),
            List.of(
                TextService.unary(
                    (request, out) -> {
                      keys.add(ClientKey.current());
                      out.onNext(request);
                      out.onCompleted();
                    })));
    server.start();
  }

  private ManagedChannel newConnection() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(LOOPBACK, server.port()).usePlaintext().build();
    channels.add(channel);
    return channel;
  }

  private void call(ManagedChannel channel, String token) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token);
    String unused =
        ClientCalls.blockingUnaryCall(
            ClientInterceptors.intercept(
                channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
            TextService.UNARY,
            CallOptions.DEFAULT.withDeadlineAfter(120, TimeUnit.SECONDS),
            "hello");
  }

  @Test
  void aConnectionIsAClientWithoutTokens() throws Exception {
    start(Optional.empty());
    ManagedChannel first = newConnection();
    call(first, ANNA);
    call(first, BELA);
    call(newConnection(), ANNA);
    assertThat(keys).hasSize(3);
    assertThat(keys.get(1)).isEqualTo(keys.get(0));
    // A token that was not verified is ignored.
    assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
  }

  @Test
  void aTokenIsAClientWhenTokensAreRequired() throws Exception {
    Path tokens =
        Files.writeString(folder.resolve("tokens"), "call " + ANNA + "\ncall " + BELA + "\n");
    start(Optional.of(tokens));
    ManagedChannel proxy = newConnection();
    call(proxy, ANNA);
    call(proxy, BELA);
    call(newConnection(), ANNA);
    assertThat(keys).hasSize(3);
    assertThat(keys.get(1)).isNotEqualTo(keys.get(0));
    assertThat(keys.get(2)).isEqualTo(keys.get(0));
    assertThat(keys.toString()).doesNotContain(ANNA);
  }
}
