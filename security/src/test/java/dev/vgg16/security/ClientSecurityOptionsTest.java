package dev.vgg16.security;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSecurityOptionsTest {

  private static ClientSecurityOptions withToken(boolean tls, boolean plaintext) {
    return ClientSecurityOptions.of(
        "tls",
        tls,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Path.of("token")),
        plaintext);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heads:50052",
        "dns:///heads:50052",
        "10.0.0.1:50052",
        "localhost.example:1",
        "[::2]:1",
        "::1:5000",
        "ipv4:10.0.0.1:1",
        "dns://localhost/heads:1"
      })
  void aTokenNeedsTlsToOtherMachines(String target) {
    assertThatThrownBy(() -> withToken(false, false).checkReaches("head-", target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--head-token-file would be sent to " + target + " without TLS")
        .hasMessageContaining("head-plaintext");
    assertThatCode(
            () -> {
              withToken(true, false).checkReaches("head-", target);
              withToken(false, true).checkReaches("head-", target);
              ClientSecurityOptions.PLAIN.checkReaches("head-", target);
            })
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:50052",
        "dns:///localhost:50052",
        "127.0.0.1:1",
        "[::1]:1",
        "127.9.9.9:1",
        "::1",
        "LOCALHOST:1",
        "dns:localhost:1",
        "ipv6:[::1]:1",
        "unix:/run/heads"
      })
  void aTokenNeedsNoTlsToThisMachine(String target) {
    assertThatCode(() -> withToken(false, false).checkReaches("", target))
        .doesNotThrowAnyException();
  }
}
