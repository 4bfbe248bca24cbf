package dev.vgg16.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:50051",
        "10.0.0.1:1",
        "[::1]:65535",
        "my_host.example:50051",
        "dns:///heads:50052",
        "dns:heads",
        "unix:/run/socket"
      })
  void takesAddressesAndGrpcsOwnNames(String target) {
    assertThatCode(() -> TargetAddress.check(target)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, localhost:50051",
    "localhost:, localhost:50051",
    "55051, localhost:55051",
    ":55051, localhost:55051",
    "http://localhost:50051, localhost:50051",
    "https://example.org:443/path, example.org:443",
    "'', localhost:50051",
    "::1, localhost:50051",
    "local host:50051, localhost:50051"
  })
  void saysWhatWouldBeRight(String target, String right) {
    assertThatThrownBy(() -> TargetAddress.check(target))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + target + "' is not an address: it must be HOST:PORT, such as " + right);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:0", "localhost:65536", "localhost:99999999999"})
  void refusesPortsThatAreNone(String target) {
    assertThatThrownBy(() -> TargetAddress.check(target))
        .hasMessageEndingWith("the port must be 1 to 65535");
  }
}
