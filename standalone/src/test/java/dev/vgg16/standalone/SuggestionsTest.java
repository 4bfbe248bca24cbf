package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuggestionsTest {

  @Test
  void namesTheAddresses() {
    assertThat(Suggestions.of("50051", "8080"))
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
    assertThat(Suggestions.of("1", "0"))
        .isEqualTo(
            """
            What to try next, until Ctrl-C:
              grpcurl -plaintext localhost:1 list   the gRPC services
            """);
  }
}
