package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSecurityOptionsTest {

  private static final Optional<Path> FILE = Optional.of(Path.of("file"));
  private static final Optional<Path> NONE = Optional.empty();

  private static void check(String host, boolean tls, boolean plaintext) {
    ServerSecurityOptions.of(tls ? FILE : NONE, tls ? FILE : NONE, NONE, NONE, plaintext)
        .checkListensOn("--host", host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "localhost", "::1", "no.such.host.invalid"})
  void loopbackNeedsNoTls(String host) {
    assertThatCode(() -> check(host, false, false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void otherAddressesNeedTlsOrPlaintext(String host) {
    assertThatThrownBy(() -> check(host, false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--host is " + host + ", which other machines can reach")
        .hasMessageContaining("tls-cert")
        .hasMessageContaining("plaintext");
    assertThatCode(() -> check(host, true, false)).doesNotThrowAnyException();
    assertThatCode(() -> check(host, false, true)).doesNotThrowAnyException();
  }

  /** Neither TLS alone nor plaintext authenticates administrators. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void administrationOnOtherAddressesNeedsAuthentication(boolean tls) {
    Optional<Path> identity = tls ? FILE : NONE;
    assertThatThrownBy(() -> checkAdmin("0.0.0.0", identity, NONE, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--admin-host is 0.0.0.0, where any caller could load")
        .hasMessageContaining("auth-tokens")
        .hasMessageContaining("tls-client-ca");
    assertThatCode(() -> checkAdmin("127.0.0.1", identity, NONE, NONE)).doesNotThrowAnyException();
    assertThatCode(() -> checkAdmin("0.0.0.0", identity, NONE, FILE)).doesNotThrowAnyException();
    assertThatCode(() -> checkAdmin("0.0.0.0", FILE, FILE, NONE)).doesNotThrowAnyException();
  }

  private static void checkAdmin(
      String host, Optional<Path> identity, Optional<Path> clientCa, Optional<Path> tokens) {
    ServerSecurityOptions.of(identity, identity, clientCa, tokens, identity.isEmpty())
        .checkKnowsAdministrators("--admin-host", host);
  }

  @Test
  void contradictoryOptionsAreRefused() {
    assertThatThrownBy(() -> ServerSecurityOptions.of(FILE, NONE, NONE, NONE, false))
        .hasMessage("--tls-cert and --tls-key go together, and only one of them is given");
    assertThatThrownBy(() -> ServerSecurityOptions.of(NONE, FILE, NONE, NONE, false))
        .hasMessage("--tls-cert and --tls-key go together, and only one of them is given");
    assertThatThrownBy(() -> ServerSecurityOptions.of(NONE, NONE, FILE, NONE, false))
        .hasMessageContaining("--tls-client-ca needs --tls-cert");
    assertThatThrownBy(() -> ServerSecurityOptions.of(FILE, FILE, NONE, NONE, true))
        .hasMessageContaining("exclude each other");
  }
}
