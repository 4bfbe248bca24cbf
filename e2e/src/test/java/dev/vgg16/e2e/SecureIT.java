package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.HostAndPort;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.security.Identity;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutual TLS between all processes, and tokens: what is accepted, refused and reported. */
class SecureIT {

  private static final String CALLER = "caller-0123456789";
  private static final String ADMIN = "admin-0123456789a";

  @TempDir private static Path folder;

  private static Program head;
  private static Program feature;
  private static String target;
  private static String headTarget;
  private static String adminTarget;

  @BeforeAll
  static void start() throws Exception {
    HeldCertificate ours = root("ours");
    HeldCertificate others = root("others");
    write("ours.pem", ours.certificatePem());
    write("others.pem", others.certificatePem());
    for (String name : List.of("head", "feature", "client")) {
      issue(name, ours);
    }
    issue("foreign", others);
    write("tokens", "call " + CALLER + "\nadmin " + ADMIN + "\n");
    write("caller", CALLER);
    write("admin", ADMIN);
    write("unknown", "unknown-0123456789");
    int[] ports = Services.freePorts(3);
    headTarget = "localhost:" + ports[0];
    target = "localhost:" + ports[1];
    adminTarget = "localhost:" + ports[2];
    head =
        Program.start(
            "head-service",
            with(
                identity("--tls", "head"),
                "--port",
                "" + ports[0],
                "--admin-port",
                "" + ports[2],
                "--management-port",
                "0",
                "--tls-client-ca",
                file("ours.pem"),
                "--auth-tokens",
                file("tokens"),
                "--log-requests"));
    feature =
        Program.start(
            "feature-service",
            with(
                with(identity("--tls", "feature"), identity("--head-tls", "feature")),
                "--port",
                "" + ports[1],
                "--management-port",
                "0",
                "--tls-client-ca",
                file("ours.pem"),
                "--auth-tokens",
                file("tokens"),
                "--head-target",
                headTarget,
                "--head-tls-ca",
                file("ours.pem"),
                "--head-token-file",
                file("caller"),
                "--log-requests"));
    Program.Result health =
        vgg16("health", asClient("ours.pem", "client"), "--wait", "60", target, headTarget);
    assertThat(health.exitCode()).as("%s %s %s", health, head.err(), feature.err()).isZero();
  }

  @AfterAll
  static void stop() {
    for (Program program : new Program[] {feature, head}) {
      if (program != null) {
        program.close();
      }
    }
  }

  private static HeldCertificate root(String name) {
    return new HeldCertificate.Builder().commonName(name).certificateAuthority(0).build();
  }

  private static void issue(String name, HeldCertificate root) throws IOException {
    HeldCertificate certificate =
        new HeldCertificate.Builder()
            .commonName(name)
            .addSubjectAlternativeName("localhost")
            .signedBy(root)
            .build();
    write(name + ".pem", certificate.certificatePem());
    write(name + ".key", certificate.privateKeyPkcs8Pem());
  }

  private static void write(String name, String text) throws IOException {
    Path written = Files.writeString(folder.resolve("." + name), text);
    Files.move(written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String[] identity(String prefix, String name) {
    return new String[] {
      prefix + "-cert", file(name + ".pem"), prefix + "-key", file(name + ".key")
    };
  }

  private static String[] with(String[] some, String... more) {
    String[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** The first word is the command. */
  private static String[] asClient(String root, String name) {
    return with(identity("--tls", name), "--tls-ca", file(root));
  }

  private static Program.Result vgg16(String command, String[] options, String... more)
      throws IOException, InterruptedException {
    return Program.run("vgg16", with(new String[] {command}, with(options, more)));
  }

  private static Program.Result classify(String[] options) throws Exception {
    return vgg16("classify", options, "--target", target, "samples/cat-tabby.jpg");
  }

  private static String everything(Program.Result result) {
    return result.out() + result.err();
  }

  @Test
  void aClientWithCertificateAndTokenIsServed() throws Exception {
    Program.Result result =
        classify(with(asClient("ours.pem", "client"), "--token-file", file("caller")));
    assertThat(result.exitCode()).as("%s", result).isZero();
    assertThat(result.out()).contains("cat");
    feature.awaitLine(
        "FeatureService/ClassifyStream of .*: OK, .* certificate 'CN=client', token '");
  }

  @Test
  void withoutATokenItIsToldToSendOne() throws Exception {
    Program.Result result = classify(asClient("ours.pem", "client"));
    assertThat(result.exitCode()).isNotZero();
    assertThat(everything(result))
        .contains("UNAUTHENTICATED a token is needed: send the metadata authorization: Bearer");
    Program.Result unknown =
        classify(with(asClient("ours.pem", "client"), "--token-file", file("unknown")));
    assertThat(everything(unknown))
        .contains("UNAUTHENTICATED the token is not one of this service's")
        .doesNotContain("unknown-0123456789");
  }

  @Test
  void otherCertificatesAndPlaintextAreRefusedInALine() throws Exception {
    for (String[] options :
        new String[][] {
          asClient("others.pem", "client"),
          asClient("ours.pem", "foreign"),
          {"--tls-ca", file("ours.pem")},
          {}
        }) {
      Program.Result result = classify(with(options, "--token-file", file("caller")));
      assertThat(result.exitCode()).as("%s", result).isNotZero();
      assertThat(result.err().lines().filter(line -> !line.isBlank()).count())
          .as("%s", result)
          .isEqualTo(1);
      assertThat(everything(result)).doesNotContain("Exception", CALLER);
    }
  }

  @Test
  void administrationNeedsItsToken() throws Exception {
    for (String[] each : new String[][] {{"caller", "PERMISSION_DENIED"}, {"admin", ""}}) {
      Program.Result result =
          Program.run(
              "vgg16",
              with(
                  new String[] {"heads", "load"},
                  with(
                      asClient("ours.pem", "client"),
                      "--token-file",
                      file(each[0]),
                      "--admin-target",
                      adminTarget,
                      "cats-vs-dogs@1")));
      assertThat(result.exitCode() == 0).as("%s", result).isEqualTo(each[1].isEmpty());
      assertThat(everything(result)).contains(each[1]);
    }
    head.awaitLine("HeadAdminService/LoadHead of .*: PERMISSION_DENIED, .*'CN=client'");
    head.awaitLine("HeadAdminService/LoadHead of .*: OK, .*'CN=client', token '");
  }

  @Test
  void noSecretIsLogged() throws Exception {
    assertThat(head.err() + feature.err())
        .doesNotContain(CALLER, ADMIN, "PRIVATE KEY")
        .doesNotContain("0123456789");
  }

  @Test
  void withoutTlsItListensOnLoopbackOnlyUnlessWanted() throws Exception {
    for (String service : List.of("head-service", "feature-service")) {
      Program.Result result = Program.run(service, "--host", "0.0.0.0");
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.err())
          .startsWith(service + ": --host is 0.0.0.0, which other machines can reach")
          .contains("set --tls-cert and --tls-key, or --plaintext");
    }
    // A variable has the same effect; the failure is a later one.
    Program.Result wanted =
        Program.run(
            Map.of("HEAD_SERVICE_PLAINTEXT", "true"),
            "head-service",
            "--host",
            "0.0.0.0",
            "--management-port",
            "0",
            "--heads",
            "no-such-folder");
    assertThat(wanted.exitCode()).isEqualTo(1);
    assertThat(wanted.err()).contains("no-such-folder");
  }

  @Test
  void administrationElsewhereIsRefusedWithoutKnowingWhoAsks() throws Exception {
    Program.Result result =
        Program.run(
            "head-service",
            with(
                identity("--tls", "head"),
                "--admin-port",
                "1",
                "--admin-host",
                "0.0.0.0",
                "--management-port",
                "0"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("head-service: --admin-host is 0.0.0.0, where any caller could load")
        .contains("auth-tokens", "tls-client-ca");
  }

  @Test
  void anExpiredCertificateIsRefusedAtTheStart() throws Exception {
    long day = 86_400_000;
    long now = System.currentTimeMillis();
    HeldCertificate expired =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .validityInterval(now - 9 * day, now - day)
            .build();
    write("expired.pem", expired.certificatePem());
    write("expired.key", expired.privateKeyPkcs8Pem());
    Program.Result result =
        Program.run(
            "head-service",
            with(identity("--tls", "expired"), "--port", "0", "--management-port", "0"));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
        .last()
        .asString()
        .startsWith("head-service: " + file("expired.pem") + ": the certificate expired at ");
  }

  /** All certificates are replaced by those of a new root while a stream is open. */
  @Test
  void certificatesAreReplacedUnderAStream() throws Exception {
    ClientSecurityOptions security =
        new ClientSecurityOptions(
            true,
            Optional.of(folder.resolve("ours.pem")),
            Optional.of(new Identity(folder.resolve("client.pem"), folder.resolve("client.key"))),
            Optional.of(folder.resolve("caller")),
            false);
    String oldRoot = Files.readString(folder.resolve("ours.pem"));
    String[] oldClient = {
      Files.readString(folder.resolve("client.pem")), Files.readString(folder.resolve("client.key"))
    };
    try (ServiceConnection connection = ServiceConnection.open(target, security)) {
      StreamAnswers answers = new StreamAnswers();
      StreamObserver<ClassifyStreamRequest> requests =
          FeatureServiceGrpc.newStub(connection.channel()).classifyStream(answers);
      int sent = 0;
      HeldCertificate next = root("next");
      Change[] changes = {
        () -> {},
        () -> write("ours.pem", oldRoot + next.certificatePem()),
        () -> {
          for (String name : List.of("head", "feature", "client")) {
            issue(name, next);
          }
        },
        () -> write("ours.pem", next.certificatePem())
      };
      for (Change change : changes) {
        change.make();
        for (int second = 0; second < 5; second++) {
          requests.onNext(Photos.item("" + sent++, Photos.any()));
          Thread.sleep(500);
        }
      }
      requests.onCompleted();
      assertThat(answers.awaitEnd()).hasSize(sent);
      assertThat(answers.status().getCode()).isEqualTo(Status.Code.OK);
      assertThat(answers.awaitEnd().values())
          .allSatisfy(answer -> assertThat(answer.hasResponse()).as("%s", answer).isTrue());
      aClientWithCertificateAndTokenIsServed();
      write("old.pem", oldClient[0]);
      write("old.key", oldClient[1]);
      Program.Result old =
          classify(with(asClient("ours.pem", "old"), "--token-file", file("caller")));
      assertThat(old.exitCode()).as("%s", old).isNotZero();
    }
  }

  /** A resumed session's certificate would not be verified against a new root. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void sessionsAreNotResumed(String version) throws Exception {
    SSLContext client =
        new HandshakeCertificates.Builder()
            .heldCertificate(
                HeldCertificate.decode(
                    Files.readString(folder.resolve("client.pem"))
                        + Files.readString(folder.resolve("client.key"))))
            .addTrustedCertificate(
                Certificates.decodeCertificatePem(Files.readString(folder.resolve("ours.pem"))))
            .build()
            .sslContext();
    for (String service : List.of(target, headTarget, adminTarget)) {
      int port = HostAndPort.fromString(service).getPort();
      long first = sessionBegan(client, version, port);
      assertThat(sessionBegan(client, version, port)).as(service).isGreaterThan(first);
    }
  }

  /** The TLS session after the server's preface. */
  private static long sessionBegan(SSLContext client, String version, int port) throws IOException {
    try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      parameters.setProtocols(new String[] {version});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getInputStream().read()).isNotNegative();
      return socket.getSession().getCreationTime();
    }
  }

  private interface Change {
    void make() throws IOException;
  }
}
