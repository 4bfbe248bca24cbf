package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real handshakes over loopback. */
class TlsTest {

  @TempDir private Path folder;

  private final HealthStatusManager health = new HealthStatusManager();
  private final Certificates ours = new Certificates("ours");
  private final Certificates others = new Certificates("others");
  private final FileReloader serverFiles = new FileReloader();
  private final FileReloader clientFiles = new FileReloader();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Path root;
  private Path clientRoot;
  private Server server;

  @BeforeEach
  void write() throws IOException {
    root = ours.writeRoot(folder.resolve("root.pem"));
    clientRoot = ours.writeRoot(folder.resolve("client-root.pem"));
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    if (server != null) {
      server.shutdownNow();
    }
    serverFiles.close();
    clientFiles.close();
  }

  private void serve(Identity identity, boolean mutual) throws IOException {
    ServerSecurityOptions options =
        new ServerSecurityOptions(
            Optional.of(identity),
            mutual ? Optional.of(clientRoot) : Optional.empty(),
            Optional.empty(),
            false);
    serve(ServerSecurity.of(options, Role.CALL, serverFiles).credentials());
  }

  private void serve(ServerCredentials credentials) throws IOException {
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials)
            .addService(health.getHealthService())
            .build()
            .start();
  }

  private ManagedChannel connect(Identity identity) {
    ClientSecurityOptions options =
        new ClientSecurityOptions(
            true, Optional.of(root), Optional.ofNullable(identity), Optional.empty(), false);
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                "localhost:" + server.getPort(),
                ClientSecurity.of(options, clientFiles).credentials())
            .build();
    channels.add(channel);
    return channel;
  }

  private static ServingStatus ask(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(120, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static void assertRefused(ManagedChannel channel) {
    assertThatThrownBy(() -> ask(channel))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  /** Records the responses of a health watch. */
  private static BlockingQueue<ServingStatus> watch(ManagedChannel channel) {
    BlockingQueue<ServingStatus> heard = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<HealthCheckResponse>() {
              @Override
              public void onNext(HealthCheckResponse answer) {
                heard.add(answer.getStatus());
              }

              @Override
              public void onError(Throwable t) {
                heard.add(ServingStatus.UNRECOGNIZED);
              }

              @Override
              public void onCompleted() {}
            });
    return heard;
  }

  private void assertReceives(BlockingQueue<ServingStatus> watch, ServingStatus status)
      throws InterruptedException {
    health.setStatus("", status);
    assertThat(watch.poll(120, TimeUnit.SECONDS)).isEqualTo(status);
  }

  @Test
  void aClientWithTheRootIsServed() throws Exception {
    serve(ours.issue(folder, "server"), false);
    assertThat(ask(connect(null))).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void aServerOfAnotherRootIsNotTrusted() throws Exception {
    serve(others.issue(folder, "server"), false);
    assertRefused(connect(null));
  }

  @Test
  void anExpiredServerIsNotTrusted() throws Exception {
    Identity expired = ours.issueExpired(folder, "server");
    serve(TlsServerCredentials.create(expired.certificate().toFile(), expired.key().toFile()));
    assertRefused(connect(null));
  }

  @Test
  void anExpiredServerDoesNotStart() throws Exception {
    Identity expired = ours.issueExpired(folder, "server");
    assertThatThrownBy(() -> serve(expired, false))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageStartingWith(expired.certificate() + ": the certificate expired at ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void anExpiredCertificateDoesNotReplaceAValidOne() throws Exception {
    serve(ours.issue(folder, "server"), false);
    ours.issueExpired(folder, "server");
    serverFiles.check();
    assertThat(ask(connect(null))).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void aSelfSignedServerIsNotTrusted() throws Exception {
    serve(Certificates.issueSelfSigned(folder, "server"), false);
    assertRefused(connect(null));
  }

  @Test
  void aServerWithAnotherHostsCertificateIsNotTrusted() throws Exception {
    serve(ours.issue(folder, "server"), false);
    ClientSecurityOptions options =
        new ClientSecurityOptions(
            true, Optional.of(root), Optional.empty(), Optional.empty(), false);
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.getPort(),
                ClientSecurity.of(options, clientFiles).credentials())
            .build();
    channels.add(channel);
    assertRefused(channel);
  }

  @Test
  void aClientMustShowACertificateOfTheRoot() throws Exception {
    serve(ours.issue(folder, "server"), true);
    assertThat(ask(connect(ours.issue(folder, "client")))).isEqualTo(ServingStatus.SERVING);
    assertRefused(connect(null));
    assertRefused(connect(others.issue(folder, "stranger")));
    assertRefused(connect(ours.issueExpired(folder, "expired")));
    assertRefused(connect(Certificates.issueSelfSigned(folder, "self-signed")));
    // Refused handshakes do not affect others.
    assertThat(ask(connect(ours.issue(folder, "client")))).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void aNewServerCertificateKeepsOpenStreams() throws Exception {
    Identity identity = ours.issue(folder, "server");
    serve(identity, false);
    BlockingQueue<ServingStatus> open = watch(connect(null));
    assertThat(open.poll(120, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
    others.issue(folder, "server");
    serverFiles.check();
    assertRefused(connect(null));
    others.writeRoot(root);
    clientFiles.check();
    assertThat(ask(connect(null))).isEqualTo(ServingStatus.SERVING);
    assertReceives(open, ServingStatus.NOT_SERVING);
    assertReceives(open, ServingStatus.SERVING);
  }

  /** Client certificates are revoked by replacing their root. */
  @Test
  void aNewRootRefusesOldClientsAndKeepsOpenStreams() throws Exception {
    serve(ours.issue(folder, "server"), true);
    Identity old = ours.issue(folder, "client");
    BlockingQueue<ServingStatus> open = watch(connect(old));
    assertThat(open.poll(120, TimeUnit.SECONDS)).isEqualTo(ServingStatus.SERVING);
    others.writeRoot(clientRoot);
    serverFiles.check();
    assertRefused(connect(old));
    assertThat(ask(connect(others.issue(folder, "new")))).isEqualTo(ServingStatus.SERVING);
    assertReceives(open, ServingStatus.NOT_SERVING);
  }

  /** A resumed session would not verify the client's certificate. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientOfAnOldRootCanNotResumeItsSession(String version) throws Exception {
    serve(ours.issue(folder, "server"), true);
    SSLContext client = ours.clientContext(ours.issue(folder, "client"));
    assertThat(isGreeted(client, version)).isTrue();
    assertThat(isGreeted(client, version)).isTrue();
    others.writeRoot(clientRoot);
    serverFiles.check();
    assertThat(isGreeted(client, version)).isFalse();
    // The old root is not named either, or clients would not send a certificate of the new one.
    SSLContext next = ours.clientContext(others.issue(folder, "next"));
    assertThat(isGreeted(next, version)).isTrue();
  }

  /** As bin/ sets it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdk.tls.server.enableSessionTicketExtension",
        "io.netty.handler.ssl.openssl.sessionCacheServer"
      })
  void aRootForClientsIsRefusedWhereSessionsCouldBeResumed(String property) throws Exception {
    Identity identity = ours.issue(folder, "server");
    String value = System.clearProperty(property);
    try {
      assertThatThrownBy(() -> serve(identity, true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("--tls-client-ca needs the JVM option -D" + property + "=false");
    } finally {
      System.setProperty(property, value);
    }
  }

  /** Whether the server accepts a client and answers in HTTP/2. */
  private boolean isGreeted(SSLContext client, String version) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket("localhost", server.getPort())) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      parameters.setProtocols(new String[] {version});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(120_000);
      socket.startHandshake();
      return socket.getInputStream().read() >= 0;
    } catch (SSLException | SocketException e) {
      return false;
    }
  }

  @Test
  void unusableFilesKeepThePreviousOnes() throws Exception {
    Identity identity = ours.issue(folder, "server");
    serve(identity, true);
    Identity client = ours.issue(folder, "client");
    Certificates.write(identity.certificate(), "nonsense");
    Certificates.write(clientRoot, "");
    serverFiles.check();
    assertThat(ask(connect(client))).isEqualTo(ServingStatus.SERVING);
    // A new certificate with the old key, as when files are replaced one after the other.
    Certificates.write(
        identity.certificate(), Files.readString(ours.issue(folder, "other").certificate()));
    serverFiles.check();
    assertThat(ask(connect(client))).isEqualTo(ServingStatus.SERVING);
    Certificates.write(identity.key(), Files.readString(folder.resolve("other.key")));
    serverFiles.check();
    assertThat(ask(connect(client))).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void unusableFilesAreNamedAtTheStart() throws Exception {
    Identity good = ours.issue(folder, "good");
    Identity other = ours.issue(folder, "other");
    assertUnusable(
        new Identity(folder.resolve("none.pem"), good.key()), "none.pem: there is no such file");
    assertUnusable(
        new Identity(good.key(), good.key()), "good.key: no PEM certificates can be read from it");
    assertUnusable(
        new Identity(good.certificate(), good.certificate()), "good.pem: no PEM private key");
    assertUnusable(
        new Identity(good.certificate(), other.key()), "other.key: it is not the key of");
  }

  private void assertUnusable(Identity identity, String message) {
    assertThatThrownBy(() -> serve(identity, false))
        .isInstanceOf(UnusableFileException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("PRIVATE KEY");
  }
}
