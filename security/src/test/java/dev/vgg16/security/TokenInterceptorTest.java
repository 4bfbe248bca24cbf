package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the health service as an example. */
class TokenInterceptorTest {

  private static final String CALLER = "caller-0123456789";
  private static final String ADMIN = "admin-0123456789a";

  @TempDir private Path folder;

  private final FileReloader reloading = new FileReloader();
  private Path file;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void write() throws IOException {
    file =
        Certificates.write(folder.resolve("tokens"), "call " + CALLER + "\nadmin " + ADMIN + "\n");
  }

  private void serve(Role needed) throws IOException {
    ServerSecurityOptions options =
        new ServerSecurityOptions(Optional.empty(), Optional.empty(), Optional.of(file), false);
    ServerSecurity security = ServerSecurity.of(options, needed, reloading);
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .addService(
                ServerInterceptors.intercept(
                    new HealthStatusManager().getHealthService(), security.check().orElseThrow()))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    reloading.close();
  }

  private void ask(ClientInterceptor... with) {
    var unused =
        HealthGrpc.newBlockingStub(channel)
            .withInterceptors(with)
            .withDeadlineAfter(120, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance());
  }

  private static ClientInterceptor header(String value) {
    Metadata headers = new Metadata();
    headers.put(TokenInterceptor.AUTHORIZATION, value);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private void assertRefused(Code code, String message, ClientInterceptor... with) {
    assertThatThrownBy(() -> ask(with))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(message);
            });
  }

  @Test
  void callsNeedAToken() throws Exception {
    serve(Role.CALL);
    ask(header("Bearer " + CALLER));
    ask(header("bearer " + ADMIN));
    assertRefused(Code.UNAUTHENTICATED, "authorization: Bearer TOKEN");
    assertRefused(Code.UNAUTHENTICATED, "authorization: Bearer TOKEN", header(CALLER));
    assertRefused(Code.UNAUTHENTICATED, "authorization: Bearer TOKEN", header("Basic " + CALLER));
    assertRefused(Code.UNAUTHENTICATED, "not one of this service's", header("Bearer " + "x"));
    assertRefused(Code.UNAUTHENTICATED, "not one of this service's", header("Bearer "));
  }

  @Test
  void administrationNeedsTheAdminRole() throws Exception {
    serve(Role.ADMIN);
    ask(header("Bearer " + ADMIN));
    assertRefused(Code.PERMISSION_DENIED, "role is admin", header("Bearer " + CALLER));
  }

  @Test
  void aRemovedTokenIsRefused() throws Exception {
    serve(Role.CALL);
    Certificates.write(file, "call another-0123456789\n");
    ask(header("Bearer " + CALLER));
    reloading.check();
    assertRefused(Code.UNAUTHENTICATED, "not one", header("Bearer " + CALLER));
    ask(header("Bearer another-0123456789"));
    // An invalid file neither accepts nor refuses all calls.
    Certificates.write(file, "");
    reloading.check();
    assertRefused(Code.UNAUTHENTICATED, "not one", header("Bearer " + CALLER));
    ask(header("Bearer another-0123456789"));
  }

  @Test
  void clientsSendTheTokenOfAFile() throws Exception {
    serve(Role.CALL);
    Path mine = Certificates.write(folder.resolve("mine"), CALLER + "\n");
    FileReloader files = new FileReloader();
    ClientSecurityOptions options =
        ClientSecurityOptions.of(
            "tls",
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(mine),
            false);
    ClientInterceptor token = ClientSecurity.of(options, files).token().orElseThrow();
    ask(token);
    Certificates.write(mine, "unknown");
    files.check();
    assertRefused(Code.UNAUTHENTICATED, "not one", token);
    Certificates.write(mine, "two words");
    files.check();
    assertRefused(Code.UNAUTHENTICATED, "not one", token);
    files.close();
    assertThatThrownBy(() -> ClientSecurity.of(options, new FileReloader()))
        .hasMessageEndingWith("mine: it must hold one token, of letters and digits")
        .hasMessageNotContaining("two words");
  }
}
