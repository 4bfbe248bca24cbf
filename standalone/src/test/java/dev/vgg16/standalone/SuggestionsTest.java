package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuggestionsTest {

  @Test
  void namesTheAddresses() {
    assertThat(of(Map.of("FEATURE_SERVICE_HTTP_PORT", "")))
        .isEqualTo(
            """
            What to try next, until Ctrl-C:
              http://localhost:8080/                                            in a browser
              curl --data-binary @PHOTO.jpg http://localhost:8080/v1/classify   the scores
              grpcurl -plaintext localhost:50051 list                           the gRPC services
            """);
  }

  @Test
  void hasNoAddressOfHttpWithoutIt() {
    assertThat(of(Map.of("FEATURE_SERVICE_PORT", "1", "FEATURE_SERVICE_HTTP_PORT", "0")))
        .isEqualTo(
            """
            What to try next, until Ctrl-C:
              grpcurl -plaintext localhost:1 list   the gRPC services
            """);
  }

  @Test
  void hasNoAddressWhosePortIsNotKnown() {
    assertThat(of(Map.of("FEATURE_SERVICE_PORT", "0")))
        .contains("http://localhost:8080/ ")
        .doesNotContain("grpcurl");
  }

  @Test
  void hasNoneThatNeedsMoreThanAnAddress() {
    for (String variable : List.of("TLS_CERT", "AUTH_TOKENS", "HOST")) {
      assertThat(of(Map.of("FEATURE_SERVICE_" + variable, "x"))).isEmpty();
    }
  }

  @Test
  void hasNoneOfWhatIsOff() {
    assertThat(
            of(
                Map.of(
                    "FEATURE_SERVICE_NO_CONSOLE", "true", "FEATURE_SERVICE_NO_REFLECTION", "true")))
        .contains("curl --data-binary")
        .doesNotContain("browser", "grpcurl");
  }

  private static String of(Map<String, String> variables) {
    return Suggestions.of(new ServiceVariables(variables));
  }
}
